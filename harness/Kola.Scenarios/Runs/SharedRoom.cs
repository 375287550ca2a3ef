using Kola.Results.Events;
using Kola.Scenarios.Attempts;
using Kola.Scenarios.Model;

namespace Kola.Scenarios.Runs;

/// <summary>Scenarios that share machines: one room on the host for all of them, which are tried one after the other. Each has an outcome of its own.</summary>
internal sealed class SharedRoom(IReadOnlyList<(ScenarioCase Scenario, int Place)> members, TimeProvider time)
{
    private IDisposable? room;

    /// <summary>The machines.</summary>
    public SharedRig Rig { get; } = AttemptRunner.Share(time);

    /// <summary>The longest that all of them take, for KVM.</summary>
    public TimeSpan Timeout => members.Aggregate(TimeSpan.Zero, (sum, member) => sum + member.Scenario.Timeout);

    /// <summary>The cases of a run as they are tried: those that share machines together, where the first of them stands.</summary>
    public static IEnumerable<IReadOnlyList<(ScenarioCase Scenario, int Place)>> Groups(IReadOnlyList<ScenarioCase> cases) =>
        cases.Index().Select(one => (Scenario: one.Item, Place: one.Index))
            .GroupBy(one => one.Scenario.Scenario.External?.Shares is { } shares ? (shares, TurnOf(one.Scenario)) : ("", $"{one.Place}"))
            .Select(group => group.ToArray());

    /// <summary>Tries them all.</summary>
    /// <param name="ended">Takes each one's last attempt.</param>
    public static async Task RunAsync(RunInProgress run, IReadOnlyList<(ScenarioCase Scenario, int Place)> members, Action<AttemptFinished> ended)
    {
        var shared = members.Count > 1 ? new SharedRoom(members, run.Time) : null;
        try
        {
            foreach (var (index, (scenario, place)) in members.Index())
            {
                shared?.Rig.IsLast = index == members.Count - 1;
                if (await new ScenarioExecution(run, scenario, place, shared).RunAsync() is { } attempt)
                    ended(attempt);
            }
        }
        finally
        {
            if (shared is not null)
            {
                await shared.Rig.CloseAsync();
                shared.Leave();
            }
        }
    }

    /// <summary>Takes the room, unless it is taken already.</summary>
    /// <returns>Nothing to give back: the room stays until <see cref="Leave"/>.</returns>
    public async Task<IDisposable> EnterAsync(Func<Task<IDisposable>> enter)
    {
        room ??= await enter();
        return Stays.Instance;
    }

    /// <summary>Gives the room back. Who comes next takes another one.</summary>
    public void Leave()
    {
        room?.Dispose();
        room = null;
    }

    /// <summary>Each turn of a repeated run has machines of its own.</summary>
    private static string TurnOf(ScenarioCase scenario) => scenario.Matrix.GetValueOrDefault(ScenarioCase.Turn, "");

    private sealed class Stays : IDisposable
    {
        public static readonly Stays Instance = new();

        public void Dispose()
        {
        }
    }
}
