using System.ComponentModel;
using Kola.Machines.Offline;
using Kola.Scenarios.Model;
using Kola.Yaml.Binding;

namespace Kola.Scenarios.Steps.Disk;

/// <summary>Breaks what is installed on the boot disk of a machine that is off. The image stays as it is.</summary>
[Keyword("damage", Value = nameof(What)), Description("Break what is installed on the boot disk of a machine that is off.")]
public sealed record DamageStep : Step, IMachineStep
{
    [Description("What to break."), Example("{ data: B }")]
    public required Damage What { get; init; }

    internal override bool ReadsLayout => true;

    private protected override string Describe() => What.Title;

    async Task<string?> IMachineStep.RunAsync(MachineStepContext context, CancellationToken cancellation)
    {
        var layout = context.RequireLayout(this, "'damage'");
        var done = await context.OnBootDiskAsync(async (disk, c) =>
        {
            var installed = (await DiskReport.ReadAsync(disk, layout, c)).Installation!;
            // All are found before the first is broken.
            var works = What.Find(new(installed, $"{Location}: "));
            var broken = new List<string>();
            foreach (var work in works)
                broken.Add(await work(disk, c));
            context.Live.LoadersBefore ??= installed.Loaders;
            return broken;
        }, cancellation);
        // What the guest said of itself was before.
        context.Live.Forget();
        return string.Join("; ", done);
    }
}
