namespace Kola.Scenarios.Runs;

/// <summary>The longest that a run may take; its clock runs from here.</summary>
/// <param name="bound"><see langword="null"/>: the run may take as long as it likes.</param>
internal sealed class RunLimit(TimeSpan? bound, TimeProvider time) : IDisposable
{
    private readonly CancellationTokenSource reached = bound is { } limit ? new(limit, time) : new();

    /// <summary>Cancelled when the time is up.</summary>
    public CancellationToken Token => reached.Token;

    /// <summary>The bound in seconds once it is reached, else <see langword="null"/>.</summary>
    public double? ReachedSeconds => reached.IsCancellationRequested ? bound!.Value.TotalSeconds : null;

    /// <summary>Why an attempt was stopped, when it was for this.</summary>
    public string? Reason => reached.IsCancellationRequested ? $"stopped before it ended: the run reached its maximum duration of {bound!.Value.TotalMinutes:0.#} min" : null;

    public void Dispose() => reached.Dispose();
}
