using System.ComponentModel;
using Kola.Scenarios.Model;
using Kola.Yaml.Binding;

namespace Kola.Scenarios.Steps.Guest;

/// <summary>Copies a file of the guest into the run's folder.</summary>
[Keyword("download"), Description("Copy a file of the guest into the run's folder.")]
public sealed record DownloadStep : Step, IMachineStep
{
    [Description("Absolute path in the guest."), Format("^/", "an absolute path")]
    public required string From { get; init; }

    [Description("Name of the file in the attempt's folder. Default: the last part of 'from'.")]
    [Format("^[A-Za-z0-9_][A-Za-z0-9_.-]*$", "a plain file name")]
    public string? To { get; init; }

    private protected override string Describe() => From;

    async Task<string?> IMachineStep.RunAsync(MachineStepContext context, CancellationToken cancellation)
    {
        var folder = Path.Combine(context.Folder, context.Live.Name);
        Directory.CreateDirectory(folder);
        var target = Path.Combine(folder, To ?? Path.GetFileName(From));
        await context.Live.Machine.GuardAsync($"the download of {From}", context.GuardBound, async c =>
        {
            await context.Live.Ssh.DownloadAsync(From, target, context.Bound, c);
            return true;
        }, cancellation);
        return $"{new FileInfo(target).Length} bytes to {target}";
    }
}
