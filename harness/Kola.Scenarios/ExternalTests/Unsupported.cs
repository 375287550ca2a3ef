using Kola.Scenarios.Model;

namespace Kola.Scenarios.ExternalTests;

/// <summary>What a test may ask for and Kola does not do. Such a test is not applicable, with the reason: it never runs without what it asks for.</summary>
internal static class Unsupported
{
    /// <summary>Of a machine, as scenarios have it.</summary>
    public const int MostNics = 8;

    private const string Platform = "qemu";

    public static IEnumerable<string> Of(ExternalMetadata metadata)
    {
        if (WordChoice.Parse(metadata.Platforms) is var platforms && !platforms.Allows(Platform))
            yield return $"it is for the platforms {platforms}, and Kola's machines are {Platform}";
        if (metadata.AppendKernelArgs is { Length: > 0 } kernel)
            yield return $"appendKernelArgs ({kernel}) is not supported: Kola boots the image by its own boot loader and changes nothing of it";
        if (metadata.AppendFirstbootKernelArgs is { Length: > 0 } first)
            yield return $"appendFirstbootKernelArgs ({first}) is not supported: Kola boots the image by its own boot loader and changes nothing of it";
        if (metadata.InjectContainer)
            yield return "injectContainer is not supported: Kola has no container of the release";
        if (metadata.NumaNodes)
            yield return "numaNodes is not supported: Kola's machines have one NUMA node";
        if (metadata.BindMountHostRO is not [])
            yield return "bindMountHostRO is not supported: Kola shares no folders of the host with machines; put what the test needs in its folder 'data'";
        if (metadata.BootFrom is { Length: > 0 } from)
            yield return $"bootFrom ({from}) is not supported: Kola boots from the primary disk";
        if (metadata.RequiredHostPorts is not [])
            yield return "requiredHostPorts is not supported: Kola opens no fixed ports of the host";
        if (metadata.AdditionalNics > MostNics)
            yield return $"additionalNics ({metadata.AdditionalNics}) is not supported beyond {MostNics}";
        foreach (var option in metadata.AdditionalDisks.SelectMany(disk => disk.Unknown).Distinct())
            yield return $"the option '{option}' of additionalDisks is not supported; Kola knows channel=virtio, channel=nvme, channel=scsi and serial=NAME (lower case)";
        if (metadata.AdditionalDisks.Select((disk, index) => disk.NameAt(index)).GroupBy(name => name).FirstOrDefault(names => names.Count() > 1) is { } twice)
            yield return $"two of additionalDisks are called {twice.Key}";
        foreach (var option in metadata.PrimaryDisk is not { } primary ? [] : primary.Serial is { } serial ? [.. primary.Unknown, $"serial={serial}"] : primary.Unknown)
            yield return $"the option '{option}' of primaryDisk is not supported; Kola knows channel=virtio, channel=nvme and channel=scsi";
        if (metadata.TagList.Contains("secure-boot"))
            yield return "the tag secure-boot is not supported: say 'firmware: uefi-secure-boot' in a scenario instead";
    }
}
