using System.Text.Json;
using Kola.Machines;
using Kola.Machines.Files;
using Kola.Machines.Host;

namespace Kola.Scenarios.Scheduling;

/// <summary>
/// What the scenarios of all runs of a user, whatever their checkout, may take of the host together. Runs in other processes are seen by the files they
/// hold locked; what a killed run held is free at once.
/// </summary>
/// <param name="folder">Where the claims are.</param>
/// <param name="measure">Looks at what there is for scenarios while none runs. Runs that overlap share one such look: the memory that machines have taken would be missing from a second.</param>
/// <remarks>
/// Who has waited longest is next, whatever its size, so nobody is starved; and as each process waits with one scenario at a time, runs take turns.
/// A scenario with more CPUs than there are runs when nothing else does: it is slow, not wrong. Memory is never overcommitted.
/// </remarks>
/// <param name="idle">Looks at what the processors do; <see langword="null"/>: only what machines may take counts, not what they use.</param>
public sealed class HostBudget(string folder, Func<Demand> measure, TimeProvider time, IdleProcessors? idle = null)
{
    /// <summary>From this idle share on another scenario is admitted beside machines that wait.</summary>
    internal const double EnoughIdle = 0.5;

    /// <summary>Other processes tell nobody that they are gone; looking for it costs some system calls on the host.</summary>
    internal static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan Reminder = TimeSpan.FromMinutes(1);
    private readonly ClaimFolder admitted = new(Path.Combine(folder, "admitted"));
    private readonly ClaimFolder waiting = new(Path.Combine(folder, "waiting"));
    private TaskCompletionSource released = NewSignal();

    /// <summary>Waits for room. Disposing what it returns gives the room back.</summary>
    /// <param name="run">The name under which other runs see this claim.</param>
    /// <param name="waits">Told what it waits for when that is held by another run; again each minute.</param>
    /// <exception cref="HostException">There never is that much room, those who hold it keep it for longer than they said (<see cref="Demand.Longest"/>), or the folder cannot be written.</exception>
    public async Task<IDisposable> TakeAsync(Demand demand, string run, Action<string> waits, CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        var patience = new HoldersPatience(time);
        var told = TimeSpan.MinValue;
        ClaimFolder.Held? ticket = null;
        var newest = -1L;
        try
        {
            while (true)
            {
                cancellation.ThrowIfCancellationRequested();
                var change = Volatile.Read(ref released).Task;
                string why;
                using (await FileLock.AcquireAsync(Path.Combine(folder, "lock"), () => { }, time, cancellation))
                {
                    var view = Look();
                    view.ThrowIfNeverFits(demand);
                    if (view.Newest != newest)
                        idle?.Forget();
                    newest = view.Newest;
                    var isIdle = idle?.Look() >= EnoughIdle;
                    if (view.Next == ticket?.Claim && (view.Fits(demand) || (isIdle && view.FitsBesideIdle(demand))))
                    {
                        ticket?.Dispose();
                        return admitted.Hold(new(view.Unused, demand, run), Release);
                    }

                    ticket ??= waiting.Hold(new(view.Unused, demand, run), Release);
                    why = view.WhyNot(demand, ticket.Claim);
                    patience.ThrowIfOver(view, ticket.Claim, why);
                }

                var waited = time.GetElapsedTime(start);
                if (why.Length > 0 && waited - Reminder >= told)
                {
                    told = waited;
                    waits(why);
                }

                using var rest = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
                await Task.WhenAny(change, Task.Delay(Interval, time, rest.Token));
                await rest.CancelAsync();
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostException($"what runs take of this host cannot be kept in {folder}: {e.Message}; free some space, or make that folder writable", e);
        }
        finally
        {
            ticket?.Dispose();
        }
    }

    private BudgetView Look()
    {
        var claims = admitted.Living();
        return new(Budget(idle: claims.Count == 0), claims, waiting.Living());
    }

    private Demand Budget(bool idle)
    {
        var file = Path.Combine(folder, "budget.json");
        if (!idle && Recall(file) is { } known)
            return known;
        var budget = measure();
        AtomicFile.Write(file, JsonSerializer.SerializeToUtf8Bytes(budget, SchedulingJson.Default.Demand));
        return budget;
    }

    private static Demand? Recall(string file)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(file), SchedulingJson.Default.Demand);
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            return null;
        }
    }

    private void Release() => Interlocked.Exchange(ref released, NewSignal()).TrySetResult();

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
