namespace Kola.Servers.Omaha;

/// <summary>What a request is for.</summary>
public enum OmahaCall
{
    /// <summary>An update; a check may carry events, too.</summary>
    Check,

    /// <summary>To report events, or to ping.</summary>
    Report,

    /// <summary>Anything, even what cannot be read; said of faults, no request is it.</summary>
    All,
}
