namespace Kola.Machines.Guests;

/// <summary>A way in which one release fails while others do not: a closed union.</summary>
/// <param name="Release">The release, as <see cref="GuestRelease.Version"/>.</param>
public abstract record Sabotage(string Release)
{
    /// <summary>A unit that is there already fails to start.</summary>
    public sealed record FailingUnit(string Release, string Unit) : Sabotage(Release);

    /// <summary>The kernel panics as soon as user space starts.</summary>
    public sealed record KernelPanic(string Release) : Sabotage(Release);

    /// <summary>The start never gets beyond its first units.</summary>
    public sealed record Hang(string Release) : Sabotage(Release);

    /// <summary>No network interface is configured.</summary>
    public sealed record NoNetwork(string Release) : Sabotage(Release);
}
