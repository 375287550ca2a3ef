namespace Kola.Tests.Machines.Guests;

/// <summary>What a rauc-os machine printed (recordings/rauc/README.md).</summary>
internal static class RaucRecordings
{
    private static string Folder => Path.Combine(Checkout.Root, "tests", "Kola.Tests", "Machines", "Guests", "recordings", "rauc");

    public static string Text(string name) => File.ReadAllText(Path.Combine(Folder, name));

    public static byte[] Bytes(string name) => File.ReadAllBytes(Path.Combine(Folder, name));
}
