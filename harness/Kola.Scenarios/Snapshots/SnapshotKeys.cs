using System.Globalization;
using Kola.Machines;
using Kola.Machines.Host;
using Kola.Machines.Images;
using Kola.Machines.Provisioning;
using Kola.Machines.Snapshots;
using Kola.Scenarios.Live;
using Kola.Scenarios.Model;
using Kola.Scenarios.Services;

namespace Kola.Scenarios.Snapshots;

/// <summary>Under which digest a scenario's snapshots are kept. It covers all that they depend on: when any of it changes, another snapshot is asked for.</summary>
/// <param name="kola">Kola's version: a checkpoint is proven by the Kola that ran the steps before it.</param>
/// <param name="seed">Of the run, where one was given: a fresh one means that any will do.</param>
/// <param name="allCold">Whether the run boots everything (<c>--cold</c>).</param>
internal sealed class SnapshotKeys(
    MachineEnvironment environment, string digestFolder, IReadOnlyDictionary<string, ResolvedImage> images, long? seed, bool allCold, string kola)
{
    /// <summary>Of what is kept with the machines: another form asks for other snapshots.</summary>
    private const string Form = "2";

    /// <summary>Stands in for the key that is made anew for each machine that boots.</summary>
    private static readonly AccessKey SameKey = new() { PrivateKeyPath = "", PublicKeyLine = "ssh-key of-the-snapshot" };

    private readonly MachineFingerprint fingerprint = new(environment, digestFolder);

    /// <summary>How this host runs machines.</summary>
    public Accelerator Accelerator => environment.Accelerator;

    /// <summary>The image that a machine boots in this run.</summary>
    public ResolvedImage Image(MachineDefinition machine) => images[machine.Image!];

    /// <summary>Of the machines, booted and ready, before the first step.</summary>
    public async Task<string> TemplateAsync(ScenarioCase scenario, CancellationToken cancellation)
    {
        var parts = new List<string> { "template", Form };
        foreach (var machine in scenario.Machines)
        {
            var image = Image(machine);
            var spec = await SpecAsync(scenario, machine, image, cancellation);
            parts.Add(await fingerprint.OfAsync(spec, image.Sha256, cancellation));
            // What the template was allowed to have failed.
            parts.Add($"{machine.User ?? image.User} {image.Adapter}{image.AdapterProgram?.Sha256} {string.Join(' ', machine.Ready.AllowFailedUnits.Order(StringComparer.Ordinal))}");
        }

        return MachineFingerprint.Combine(parts);
    }

    /// <summary>Of the machines after a checkpoint: the chain from the images over each step that was carried out.</summary>
    public async Task<string> CheckpointAsync(ScenarioCase scenario, string checkpoint, CancellationToken cancellation)
    {
        var start = scenario.From is { } from
            ? await CheckpointAsync(from.Parent, from.Checkpoint, cancellation)
            : await TemplateAsync(scenario, cancellation);
        var position = scenario.Steps.Index().First(step => step.Item.Checkpoint == checkpoint).Index;
        var path = scenario.Boot is BootPath.Cold || allCold ? "cold" : "clone";
        var chance = seed?.ToString(CultureInfo.InvariantCulture) ?? "any";
        return MachineFingerprint.Combine(
            ["checkpoint", Form, kola, start, path, scenario.Once, scenario.Scenario.Sha256, $"{position}", checkpoint, chance, .. scenario.Values.OrderBy(value => value.Key, StringComparer.Ordinal).Select(value => $"{value.Key}={value.Value}")]);
    }

    private async Task<MachineSpec> SpecAsync(ScenarioCase scenario, MachineDefinition machine, ResolvedImage image, CancellationToken cancellation)
    {
        var target = new ProvisioningTarget { User = machine.User ?? image.User, HostName = machine.Name };
        var attachments = new List<QemuAttachment>();
        foreach (var config in MachineMapping.ToProvisioning(machine, image, LabProvisioning.Files(scenario, machine)))
            attachments.AddRange((await new Provisioner().PrepareAsync(config with { Validate = false }, SameKey, target, cancellation)).Attachments);
        return MachineMapping.ToSpec(machine, image, Accelerator, attachments, RelayedAddresses.Of(scenario));
    }
}
