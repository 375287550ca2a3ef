using Kola.Machines.Images;

namespace Kola.Machines.Guests;

/// <summary>The adapters, by the names that image catalogs use.</summary>
public static class GuestAdapters
{
    private static readonly IReadOnlyList<IGuestAdapter> All = [new SystemdGuest(), new SysupdateGuest(), new RaucGuest(), new FlatcarGuest()];

    public static IReadOnlyList<string> Names { get; } = [.. All.Select(a => a.Name).Order(StringComparer.Ordinal)];

    /// <summary>The adapter of an image: a program's, or the one of its name.</summary>
    /// <param name="unsaid">The name where nothing is known of the guest.</param>
    /// <exception cref="InputException">There is none of that name.</exception>
    public static IGuestAdapter Of(ResolvedImage image, string unsaid) => image.AdapterProgram is { } program ? new ProgramGuest(program) : Get(image.Adapter ?? unsaid);

    /// <exception cref="InputException">There is none of that name.</exception>
    public static IGuestAdapter Get(string name) =>
        All.FirstOrDefault(a => a.Name == name)
        ?? throw new InputException($"there is no guest adapter \"{name}\"; use one of {string.Join(", ", Names)}, or the path of an adapter program, such as ./my-adapter");
}
