using System.Reflection;

namespace Kola.Cli.Trials;

/// <summary>What <c>kola doctor --try</c> does on a host: scenarios of its own, which show each path that a machine comes up by.</summary>
internal sealed class HostTrial : IDisposable
{
    private static readonly string[] Always = ["boot.yaml", "clone.yaml"], OfUpdates = ["update.yaml", "power.yaml"];

    private readonly string folder = Directory.CreateTempSubdirectory("kola-try.").FullName;

    /// <param name="image">Image to boot; <see langword="null"/>: the release in the field, which is then updated, too.</param>
    public HostTrial(string? image)
    {
        foreach (var name in image is null ? [.. Always, .. OfUpdates] : Always)
            File.WriteAllText(Path.Combine(folder, name), Text(name).Replace("image: previous", $"image: {image ?? "previous"}", StringComparison.Ordinal));
    }

    /// <summary>The files, in the order of their steps' meaning.</summary>
    public IReadOnlyList<string> Files => [.. Always.Concat(OfUpdates).Select(name => Path.Combine(folder, name)).Where(File.Exists)];

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static string Text(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"Kola.Cli.Trials.{name}") ?? throw new InvalidOperationException($"{name} is not in this program");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
