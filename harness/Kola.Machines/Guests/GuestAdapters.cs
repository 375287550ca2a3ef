namespace Kola.Machines.Guests;

/// <summary>The adapters, by the names that image catalogs use.</summary>
public static class GuestAdapters
{
    private static readonly IReadOnlyList<IGuestAdapter> All = [new SystemdGuest(), new SysupdateGuest(), new RaucGuest(), new FlatcarGuest()];

    public static IReadOnlyList<string> Names { get; } = [.. All.Select(a => a.Name).Order(StringComparer.Ordinal)];

    /// <exception cref="InputException">There is none of that name.</exception>
    public static IGuestAdapter Get(string name) =>
        All.FirstOrDefault(a => a.Name == name)
        ?? throw new InputException($"there is no guest adapter \"{name}\"; use one of {string.Join(", ", Names)}");
}
