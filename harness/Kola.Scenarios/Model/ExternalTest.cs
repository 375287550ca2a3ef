using Kola.Machines.Capabilities;
using Kola.Machines.Images;
using Kola.Machines.Images.Catalog;
using Kola.Yaml;

namespace Kola.Scenarios.Model;

/// <summary>What an external test of coreos-assembler's kola asks for that a scenario file cannot say.</summary>
public sealed record ExternalTest
{
    /// <summary>Other names of distributions, as tests write them, for images of the catalog whose name begins with what stands before.</summary>
    private static readonly (string Image, string Distro)[] Distros = [("fedora-coreos", "fcos"), ("rhel-coreos", "rhcos"), ("centos-coreos", "scos")];

    /// <summary>Absolute path of the project's folder, as for <c>--external</c>.</summary>
    public required string Project { get; init; }

    /// <summary>Path that is the same on every host: the project's name, then the path within it.</summary>
    public required string ShownPath { get; init; }

    /// <summary>Tag without which a run leaves it out, unless it is named; <see langword="null"/>: none.</summary>
    public string? RequiredTag { get; init; }

    /// <summary>Tests with the same text run on one machine, one after the other; <see langword="null"/>: it has its machine to itself.</summary>
    public string? Shares { get; init; }

    /// <summary>Why this host cannot run it, with the remedy; <see langword="null"/>: it can.</summary>
    public string? Unready { get; init; }

    /// <summary>What it asks for that Kola does not do, each with the reason.</summary>
    public IReadOnlyList<string> NotDone { get; init; } = [];

    /// <summary>Architectures, as <c>uname -m</c> says them.</summary>
    public WordChoice Architectures { get; init; } = WordChoice.Any;

    /// <summary>Distributions.</summary>
    public WordChoice Distributions { get; init; } = WordChoice.Any;

    /// <summary>Whether it brings an Ignition config.</summary>
    public bool NeedsIgnition { get; init; }

    /// <summary>Why it does not apply to an image; nothing: it does.</summary>
    public IReadOnlyList<string> WhyNot(ResolvedImage image)
    {
        string[] names = [image.Name, .. Distros.Where(pair => image.Name.StartsWith(pair.Image, StringComparison.Ordinal)).Select(pair => pair.Distro)];
        return
        [
            .. NotDone,
            .. Architectures.Allows(image.Architecture) ? [] : (string[])[$"it is for the architectures {Architectures}, and {image.Name} is for {image.Architecture}"],
            .. names.Any(Distributions.Has) == Distributions.Included || Distributions.Words is [] ? [] : (string[])[$"it is for the distros {Distributions}, and the image is {string.Join(" or ", names)}"],
            .. !NeedsIgnition || image.Provisioning is ProvisioningKind.Ignition || image.Capabilities.Contains(Capability.Ignition) ? [] : (string[])[$"it brings an Ignition config, which {image.Name} does not take"],
        ];
    }
}

/// <summary>Words of which one must hold, or none: <c>x86_64 aarch64</c>, <c>!s390x</c>.</summary>
/// <param name="Words">None: anything.</param>
/// <param name="Included">Whether one of them must hold, instead of none.</param>
public sealed record WordChoice(IReadOnlyList<string> Words, bool Included)
{
    public static WordChoice Any { get; } = new([], true);

    /// <param name="text">As it is written.</param>
    public static WordChoice Parse(string? text) =>
        text?.Trim() is not { Length: > 0 } given ? Any
        : new(given.TrimStart('!').Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries), given[0] != '!');

    public bool Has(string word) => Words.Contains(word);

    public bool Allows(string word) => Words is [] || Has(word) == Included;

    public override string ToString() => $"{(Included ? "" : "other than ")}{string.Join(", ", Words)}";
}

/// <summary>Scenarios beside those of files.</summary>
/// <param name="Problems">What is wrong where they come from.</param>
/// <param name="Notes">What whoever reads them should know.</param>
public sealed record FurtherScenarios(IReadOnlyList<Scenario> Scenarios, IReadOnlyList<YamlProblem> Problems, IReadOnlyList<string> Notes)
{
    public static FurtherScenarios None { get; } = new([], [], []);
}
