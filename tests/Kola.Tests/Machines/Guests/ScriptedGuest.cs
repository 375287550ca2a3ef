using Kola.Machines.Guests;
using Kola.Machines.Images.Catalog;
using Kola.Machines.Journal;
using Kola.Machines.Ssh;

namespace Kola.Tests.Machines.Guests;

/// <summary>A guest whose answers are given beforehand; the last of each kind stays.</summary>
internal sealed class ScriptedGuest : IUserSpaceGuest
{
    public Queue<string> BootIds { get; } = new(["boot-1"]);

    public Queue<GuestHealth> Healths { get; } = new([new("boot-1", "running", [])]);

    public Queue<string> UserSpaceIds { get; } = new(["space-1"]);

    public int Reboots { get; private set; }

    public int Restarts { get; private set; }

    public string LastWords { get; set; } = "last words of";

    public string Name => "scripted";

    public IReadOnlyDictionary<string, string> JournalCredentials { get; } = new Dictionary<string, string>();

    public bool SaysBootComplete(JournalEntry entry) => false;

    public IReadOnlyDictionary<UnitRole, string> Units { get; } = new Dictionary<UnitRole, string>();

    public bool SaysTimedOut(string line) => line.Contains("too slow", StringComparison.Ordinal);

    public bool SaysSshListens(JournalEntry entry) => false;

    public Task<GuestHealth> HealthAsync(SshSession ssh, CancellationToken cancellationToken) => Task.FromResult(Next(Healths));

    public Task<string> BootIdAsync(SshSession ssh, CancellationToken cancellationToken) => Task.FromResult(Next(BootIds));

    public Task<GuestRelease> ReleaseAsync(SshSession ssh, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<BootAssessment?> AssessmentAsync(SshSession ssh, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyDictionary<string, GuestUnit>> UnitsAsync(SshSession ssh, IReadOnlyCollection<string> names, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<IReadOnlyList<string>> JournalAsync(SshSession ssh, string unit, int lines, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>([$"{LastWords} {unit}"]);

    public Task<string> CommandLineAsync(SshSession ssh, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<string> MachineIdAsync(SshSession ssh, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<GuestInvariants> InvariantsAsync(SshSession ssh, IReadOnlyCollection<string> canaries, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<string>> PendingAsync(SshSession ssh, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>(["12 slow.service start running"]);

    public Task RequestRebootAsync(SshSession ssh, CancellationToken cancellationToken)
    {
        Reboots++;
        return Task.CompletedTask;
    }

    public Task<string> UserSpaceIdAsync(SshSession ssh, CancellationToken cancellationToken) => Task.FromResult(Next(UserSpaceIds));

    public Task RequestUserSpaceRebootAsync(SshSession ssh, CancellationToken cancellationToken)
    {
        Restarts++;
        return Task.CompletedTask;
    }

    public Task<GuestIdentity> ReseedAsync(SshSession ssh, GuestSeed seed, CancellationToken cancellationToken) => Task.FromResult(new GuestIdentity(seed.MachineId ?? "", []));

    private static T Next<T>(Queue<T> answers) => answers.Count > 1 ? answers.Dequeue() : answers.Peek();
}

/// <summary>A machine that only bounds waits.</summary>
internal sealed class BoundedMachine : IGuardedMachine
{
    public int Resets { get; private set; }

    public string Name => "machine";

    public async Task<T> GuardAsync<T>(string awaiting, TimeSpan bound, Func<CancellationToken, Task<T>> action, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(bound, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await action(either.Token);
        }
        catch (OperationCanceledException e) when (patience.IsCancellationRequested)
        {
            throw new Kola.Machines.MachineTimeoutException(Name, awaiting, bound, "started", "QEMU runs", [], e);
        }
    }

    public Task ResetAsync(CancellationToken cancellationToken)
    {
        Resets++;
        return Task.CompletedTask;
    }
}
