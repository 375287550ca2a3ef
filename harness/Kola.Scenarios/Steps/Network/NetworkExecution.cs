using Kola.Machines;
using Kola.Machines.Ssh;
using Kola.Scenarios.Attempts;
using Kola.Scenarios.Live;
using Kola.Scenarios.Services;
using Kola.Scenarios.Steps.Power;

namespace Kola.Scenarios.Steps.Network;

internal static class NetworkExecution
{
    public static async Task<string?> RunAsync(NetworkStep step, StepContext context, AttemptServers servers, CancellationToken cancellation)
    {
        var (live, up) = (context.Live, step.Link == LinkState.Up);
        if (step.Nic > live.Machine.Spec.Network.ExtraNics + live.Machine.Spec.Network.Lab.Count)
            throw new InputException($"{step.Location}: {live.Name} has no network interface {step.Nic}; give it more ('network: {{ extra-nics: {step.Nic} }}')");
        if (step.When is { } moment)
            await MomentExecution.AwaitAsync(moment, context, servers, cancellation);
        await live.Machine.SetLinkAsync(step.Nic, up, cancellation);
        if (step is { Link: LinkState.Down, For: { } time })
        {
            await live.Machine.GuardAsync("the network to stay down", time + context.Bound, c => Task.Delay(time, context.Time, c), cancellation);
            await live.Machine.SetLinkAsync(step.Nic, true, cancellation);
            up = true;
        }

        if (step.Nic > 0 || !up || !live.IsReady)
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
