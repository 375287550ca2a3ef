namespace Kola.Machines.Images.Releases;

/// <summary>The version of a release that is made only to be updated to.</summary>
public static class NextVersion
{
    /// <summary>A version that every order of versions takes for newer: one more number.</summary>
    public static string After(string version) => $"{version}.1";
}
