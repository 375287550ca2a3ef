using System.ComponentModel;
using Kola.Machines.Host;
using Kola.Scenarios.Live;
using Kola.Scenarios.Model;
using Kola.Yaml.Binding;
using Kola.Yaml.Values;

namespace Kola.Scenarios.Steps.Disk;

/// <summary>Fills a file system of the guest, so that whatever writes to it next meets a full disk.</summary>
[Keyword("fill-disk", Value = nameof(At)), Description("Fill the file system that a folder is on; free-disk frees it again.")]
public sealed record FillDiskStep : Step, IMachineStep
{
    /// <summary>Name of the file that fills the disk.</summary>
    internal const string Ballast = ".kola-ballast";

    [Description("Folder on the file system, absolute."), Format("^/", "an absolute path"), Example("/boot")]
    public required string At { get; init; }

    [Description("Space that stays free, also for root.")]
    public Size Leave { get; init; }

    private protected override string Describe() => $"{At}, {Leave} left";

    async Task<string?> IMachineStep.RunAsync(MachineStepContext context, CancellationToken cancellation)
    {
        var folder = ShellQuote.Word(At);
        // Entering the folder first triggers an automount. As root, because an update runs as root. The disk is filled completely, then the file is cut:
        // ext4 reserves clusters that count as free and cannot be used. Written zeros take no space on the host.
        var script = $"""
            cd {folder} || exit 1
            set -- $(stat -f -c '%f %S' .)
            fallocate -l $(($1 * $2)) {Ballast} 2>/dev/null
            full=$(LC_ALL=C cat /dev/zero 2>&1 >> {Ballast}) ; case $full in *'No space left'*) ;; *) echo "$full"; exit 1 ;; esac
            truncate -s -{Leave.Bytes} {Ballast} && sync -f . && stat -c %s {Ballast}
            """;
        var result = await context.CommandAsync(context.Live.Ssh.AsRoot(script), cancellation);
        if (!result.Succeeded || !long.TryParse(result.Stdout.Trim(), out var ballast))
            throw new StepFailedException($"{context.Live.Name}: {At} cannot be filled: {result.Stderr.Trim()}{result.Stdout.Trim()}");
        return $"{ballast} bytes of ballast on {At}, {Leave.Bytes} left";
    }
}
