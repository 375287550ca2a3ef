namespace Kola.Machines;

/// <summary>A failure that a starved host alone can bring about: something came too late, or a guest's own watchdog fired.</summary>
/// <remarks>Whether the host was starved is measured (<see cref="Host.StarvationMeter"/>); the failure itself does not know.</remarks>
public interface IStarvable
{
    /// <summary>How long what came too late was waited for; <see langword="null"/>: this failure is no such one, and a starved host excuses nothing.</summary>
    TimeSpan? Waited { get; }
}
