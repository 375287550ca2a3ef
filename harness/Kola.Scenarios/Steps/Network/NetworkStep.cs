using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Kola.Machines;
using Kola.Machines.Ssh;
using Kola.Scenarios.Live;
using Kola.Scenarios.Model;
using Kola.Scenarios.Steps.Power;
using Kola.Yaml.Binding;

namespace Kola.Scenarios.Steps.Network;

/// <summary>Pulls the cable of a network interface, or plugs it in again. The first interface is Kola's own way in: no step can ask the guest anything while it is out.</summary>
[Keyword("network", Value = nameof(Link)), Description("Pull a network cable of the machine, or plug it in again and wait until the guest answers.")]
public sealed record NetworkStep : Step, IMachineStep
{
    [Description("down: pull it; up: plug it in.")]
    public required LinkState Link { get; init; }

    [Description("Which interface, counted from 0; Kola itself comes by the first."), Range(0, 8)]
    public int Nic { get; init; }

    [Description("With down: plug it in again after this time, in real time; what runs in the guest continues, if it can."), Example("20s")]
    public TimeSpan? For { get; init; }

    [Description("The moment to wait for. Default: now.")]
    public Moment? When { get; init; }

    internal override IEnumerable<ServedFile> NeededFiles => When?.NeededFiles ?? [];

    private protected override string Describe() => $"{Link.ToString().ToLowerInvariant()}{(For is { } time ? $" for {time.TotalSeconds:0.#} s" : "")}{(Nic == 0 ? "" : $" (interface {Nic})")}{(When is null ? "" : $" {When.Title}")}";

    internal override void Check(StepChecks checks) => When?.Check(this, checks);

    async Task<string?> IMachineStep.RunAsync(MachineStepContext context, CancellationToken cancellation)
    {
        var (live, up) = (context.Live, Link == LinkState.Up);
        if (Nic > live.Machine.Spec.Network.ExtraNics + live.Machine.Spec.Network.Lab.Count)
            throw new InputException($"{Location}: {live.Name} has no network interface {Nic}; give it more ('network: {{ extra-nics: {Nic} }}')");
        if (When is { } moment)
            await moment.AwaitAsync(this, context, cancellation);
        await live.Machine.SetLinkAsync(Nic, up, cancellation);
        if (this is { Link: LinkState.Down, For: { } time })
        {
            await live.Machine.GuardAsync("the network to stay down", time + context.Bound, c => Task.Delay(time, context.Time, c), cancellation);
            await live.Machine.SetLinkAsync(Nic, true, cancellation);
            up = true;
        }

        if (Nic > 0 || !up || !live.IsReady)
            return null;
        await live.Machine.GuardAsync("the guest to answer again", context.Bound, c => AnswersAsync(live, c), cancellation);
        return "the guest answers again";
    }

    /// <summary>The old connection goes on when TCP has sent again what was lost, so that what runs on it goes on, too; else another is made.</summary>
    private static async Task AnswersAsync(LiveMachine live, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                await live.Adapter.BootIdAsync(live.Ssh, cancellation);
                return;
            }
            catch (SshConnectionLostException)
            {
                await live.Ssh.DisconnectAsync();
            }
        }
    }
}

public enum LinkState { Up, Down }
