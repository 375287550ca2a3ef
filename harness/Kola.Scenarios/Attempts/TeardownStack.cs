namespace Kola.Scenarios.Attempts;

/// <summary>
/// What an attempt has opened. It is closed in reverse order, each within a bound: what throws or hangs is a failure to report, and all the
/// rest is closed all the same.
/// </summary>
/// <param name="bound">For closing one thing.</param>
internal sealed class TeardownStack(TimeSpan bound, TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly Stack<Func<IEnumerable<(string What, IAsyncDisposable Resource)>>> opened = new();
    private bool closed;

    /// <summary>Takes over something that is open.</summary>
    /// <param name="what">How a failure names it.</param>
    /// <returns>The same.</returns>
    public T Add<T>(string what, T resource)
        where T : IAsyncDisposable
    {
        AddAll(() => [(what, resource)]);
        return resource;
    }

    /// <summary>Takes over things that are still to be opened: those that are there at the end are closed then, in this order.</summary>
    public void AddAll(Func<IEnumerable<(string What, IAsyncDisposable Resource)>> resources)
    {
        lock (gate)
        {
            if (!closed)
            {
                opened.Push(resources);
                return;
            }
        }

        // A step that was given up has opened it after the end.
        _ = CloseAsync(resources);
    }

    /// <summary>Closes everything. Throws nothing.</summary>
    /// <returns>What could not be closed, and why; none where all was.</returns>
    public async Task<IReadOnlyList<Exception>> CloseAsync()
    {
        lock (gate)
            closed = true;
        List<Exception> failures = [];
        while (opened.TryPop(out var resources))
            failures.AddRange(await CloseAsync(resources));
        return failures;
    }

    private async Task<IReadOnlyList<Exception>> CloseAsync(Func<IEnumerable<(string What, IAsyncDisposable Resource)>> resources)
    {
        List<Exception> failures = [];
        try
        {
            foreach (var (what, resource) in resources().ToArray())
            {
                try
                {
                    await Bounded.RunAsync($"{what} to close", bound, time, async () => await resource.DisposeAsync());
                }
                catch (Exception e)
                {
                    failures.Add(e);
                }
            }
        }
        catch (Exception e)
        {
            failures.Add(e);
        }

        return failures;
    }
}
