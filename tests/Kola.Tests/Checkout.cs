namespace Kola.Tests;

/// <summary>The checkout that the tests were built from.</summary>
internal static class Checkout
{
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    private static string Find(string? folder) =>
        folder is null ? throw new InvalidOperationException("the tests run outside a checkout")
        : File.Exists(Path.Combine(folder, "Kola.sln")) ? folder
        : Find(Path.GetDirectoryName(folder));
}
