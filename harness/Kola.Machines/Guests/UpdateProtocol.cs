namespace Kola.Machines.Guests;

/// <summary>How a family's machines find out that there is an update.</summary>
public enum UpdateProtocol
{
    /// <summary>They look at files of a server: a manifest, or the update itself.</summary>
    Files,

    /// <summary>They ask an Omaha server at <c>v1/update/</c> below the address that they are given, which tells them where the files are.</summary>
    Omaha,
}
