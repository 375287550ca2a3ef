using Kola.Machines;
using Kola.Machines.Provisioning;
using Kola.Results.Events;
using Kola.Scenarios.Attempts.Holding;
using Kola.Scenarios.Clusters;
using Kola.Scenarios.Live;
using Kola.Scenarios.Model;
using Kola.Scenarios.Runs;
using Kola.Scenarios.Services;
using Kola.Scenarios.Snapshots;
using Kola.Scenarios.Steps.Guest;

namespace Kola.Scenarios.Attempts;

/// <summary>One execution of a scenario: machines up, steps, diagnostics when it fails, teardown. It has been admitted already.</summary>
internal sealed class AttemptRunner(ScenarioCase scenario, RunPlan plan, MachineEnvironment environment, string folder, AttemptLog log, RunStates? states = null)
{
    private static readonly TimeSpan DiagnosticsBound = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan InvariantsBound = TimeSpan.FromSeconds(30);

    private readonly List<LiveMachine> machines = [];
    private readonly TimeProvider time = environment.Time;
    private AttemptStates? kept;
    private AttemptServers? servers;
    private AttemptHold? hold;
    private AttemptLocks? locks;
    private AttemptNetworks? networks;
    private ClusterWatches? watches;
    private int step;

    /// <summary>How long a person had it stopped or kept its machines.</summary>
    public TimeSpan Held { get; private set; }

    /// <summary>Number of the step before which a person had it stopped; <see langword="null"/>: nobody had.</summary>
    public int? Broke => hold?.Broke;

    private Invariants Invariants => new(machines, InvariantsBound * environment.Accelerator.TimeScale, watches);

    /// <summary>Returns how it ended. Throws nothing: every failure is an outcome.</summary>
    public async Task<(Outcome Outcome, string? Reason)> RunAsync(CancellationToken stopping)
    {
        var bound = scenario.Timeout * environment.Accelerator.TimeScale;
        using var clock = new ScenarioClock(bound, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, stopping);
        hold = plan.Options.Hold is { } wanted ? new(wanted, scenario, clock, machines, log, time) : null;
        (Outcome Outcome, string? Reason) end = (Outcome.Passed, null);
        try
        {
            MakeFolder();
            await BringUpAsync(both.Token);
            await RunStepsAsync(both.Token);
        }
        catch (OperationCanceledException) when (clock.Token.IsCancellationRequested && !stopping.IsCancellationRequested)
        {
            var where = step == 0 ? "while its machines came up" : $"in step {step} ({scenario.Steps[step - 1].Title})";
            end = (Outcome.Failed, $"the scenario's time of {bound.TotalSeconds:0} s ran out {where}");
        }
        catch (Exception e)
        {
            end = (Judgement.Of(e, stopping), Judgement.Describe(e));
        }

        if (end.Outcome is Outcome.Failed or Outcome.Infrastructure)
        {
            await new Diagnostics(folder, DiagnosticsBound * environment.Accelerator.TimeScale, time).GatherAsync(machines);
            if (Diagnostics.Afterwards(machines, end.Reason!) is { } more)
                end.Reason = $"{end.Reason}\n{more}";
        }

        if (hold is not null && end.Outcome != Outcome.Interrupted)
            await hold.AfterAsync(end.Outcome, end.Reason, stopping);
        Held = clock.Held;
        return await TearDownAsync() is { } teardown && end.Outcome == Outcome.Passed
            ? (Outcome.Infrastructure, $"the teardown failed: {Judgement.Describe(teardown)}")
            : end;
    }

    private void MakeFolder()
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostException($"cannot make the attempt's folder: {e.Message}; free some space, or set KOLA_STATE_DIR to a folder with room", e);
        }
    }

    private async Task BringUpAsync(CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        log.StepStarted(0, "machines", $"bring up {string.Join(", ", scenario.Machines.Select(m => m.Name))}", null, null);
        try
        {
            servers = await AttemptServers.StartAsync(scenario, plan.Images, plan.Seed, folder, time, cancellation);
            locks = await AttemptLocks.StartAsync(scenario, folder, time, cancellation);
            networks = await AttemptNetworks.StartAsync(scenario, plan.Seed, environment, folder, log);
            kept = states?.Attempt(scenario, log, folder, machines, CreateAsync);
            kept?.Resources.AddRange([servers, locks]);
            if (kept is not null)
                await kept.BringUpAsync(BootAsync, cancellation);
            else
                await BringUpColdAsync(cancellation);
            log.StepFinished(0, Outcome.Passed, time.GetElapsedTime(start), null);
        }
        catch (Exception e)
        {
            log.StepFinished(0, Judgement.Of(e, cancellation), time.GetElapsedTime(start), Judgement.Describe(e));
            throw;
        }
    }

    private async Task BringUpColdAsync(CancellationToken cancellation)
    {
        var key = await AccessKey.CreateAsync(folder, cancellation);
        foreach (var definition in scenario.Machines)
            machines.Add(await CreateAsync(definition, key, cancellation));
        await BootAsync(cancellation);
    }

    private async Task BootAsync(CancellationToken cancellation)
    {
        // The first failure ends the others' start: the attempt is lost, and waiting longer tells nothing more.
        using var together = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await WhenAllOrFirstFailureAsync(machines.Where(m => m.Definition.Start).Select(m => m.PowerOnAsync(together.Token)), together);
    }

    private async Task<LiveMachine> CreateAsync(MachineDefinition definition, AccessKey key, CancellationToken cancellation)
    {
        var ways = new MachineNetworks([.. servers!.Addresses, .. locks!.Addresses], networks!.Of(definition), LabProvisioning.Files(scenario, definition));
        var live = await LiveMachine.CreateAsync(definition, plan.Images[definition.Image!], ways, environment, key, folder, log, cancellation);
        live.Machine.AllowedFaults.UnionWith(scenario.AllowedFaults);
        return live;
    }

    private async Task RunStepsAsync(CancellationToken cancellation)
    {
        locks!.Decided += (server, request) => log.LockDecided(server, request.Group!, request.Id!, request.Effect is Servers.FleetLock.LockEffect.Granted);
        watches = ClusterWatches.None(servers!, locks, environment.Accelerator.TimeScale, log, time);
        var runner = new StepRunner(environment.Accelerator.TimeScale, servers!, locks, networks!, watches, folder, time);
        foreach (var current in scenario.Steps)
        {
            if (hold is not null)
                await hold.BeforeAsync(step + 1, cancellation);
            Invariants.CheckFaults();
            step++;
            if (current is CheckpointStep checkpoint)
                await RecordAsync(current, null, () => CheckpointAsync(checkpoint, cancellation), cancellation);
            foreach (var names in StepRunner.Rounds(current))
            {
                LiveMachine[] round = [.. names.Select(name => machines.Single(m => m.Name == name))];
                await RecordAsync(current, scenario.Machines.Count > 1 ? string.Join(", ", names) : null, () => Invariants.BesideAsync(token => runner.RunAsync(current, round, token), cancellation), cancellation);
            }
        }

        await watches.EndAsync(cancellation);
        await Invariants.CheckAsync(cancellation);
    }

    private async Task RecordAsync(Step current, string? machine, Func<Task<string?>> run, CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        log.StepStarted(step, current.Kind, current.Title, machine, current.Location.ToString());
        try
        {
            var seen = await run();
            log.StepFinished(step, Outcome.Passed, time.GetElapsedTime(start), seen);
        }
        catch (Exception e)
        {
            log.StepFinished(step, Judgement.Of(e, cancellation), time.GetElapsedTime(start), Judgement.Describe(e));
            throw;
        }
    }

    /// <summary>A checkpoint keeps what has passed so far: what holds for every scenario is checked first.</summary>
    private async Task<string?> CheckpointAsync(CheckpointStep checkpoint, CancellationToken cancellation)
    {
        await Invariants.CheckAsync(cancellation);
        if (kept is null)
            return "not kept: this host keeps no states";
        return await kept.CheckpointAsync(checkpoint, Broke is { } at ? $"it was stopped before step {at}, and a hand may have changed it" : null, cancellation);
    }

    private async Task<Exception?> TearDownAsync()
    {
        Exception? first = null;
        // First, so that nobody takes the end for a fault.
        if (watches is not null)
            await watches.DisposeAsync();
        foreach (var machine in machines)
        {
            try
            {
                await machine.DisposeAsync();
            }
            catch (Exception e)
            {
                first ??= e;
            }
        }

        if (servers is not null)
            await servers.DisposeAsync();
        if (locks is not null)
            await locks.DisposeAsync();
        if (networks is not null)
            await networks.DisposeAsync();
        if (kept is not null)
            await kept.DisposeAsync();
        return first;
    }

    private static async Task WhenAllOrFirstFailureAsync(IEnumerable<Task> starts, CancellationTokenSource together)
    {
        Exception? first = null;
        await foreach (var ended in Task.WhenEach(starts))
        {
            try
            {
                await ended;
            }
            catch (Exception e)
            {
                first ??= e;
                await together.CancelAsync();
            }
        }

        if (first is not null)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(first);
    }
}
