namespace Kola.Machines.Guests;

/// <summary>The part of a machine that waiting needs.</summary>
internal interface IGuardedMachine
{
    string Name { get; }

    /// <inheritdoc cref="Machine.GuardAsync"/>
    Task<T> GuardAsync<T>(string awaiting, TimeSpan bound, Func<CancellationToken, Task<T>> action, CancellationToken cancellationToken);

    /// <inheritdoc cref="Machine.ResetAsync"/>
    Task ResetAsync(CancellationToken cancellationToken);
}

/// <summary>A real one.</summary>
internal sealed class GuardedMachine(Machine machine) : IGuardedMachine
{
    public string Name => machine.Spec.Name;

    public Task<T> GuardAsync<T>(string awaiting, TimeSpan bound, Func<CancellationToken, Task<T>> action, CancellationToken cancellationToken) =>
        machine.GuardAsync(awaiting, bound, action, cancellationToken);

    public Task ResetAsync(CancellationToken cancellationToken) => machine.ResetAsync(cancellationToken);
}
