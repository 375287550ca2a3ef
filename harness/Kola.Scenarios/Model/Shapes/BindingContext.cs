using Kola.Machines;
using Kola.Scenarios.Model.Yaml;

namespace Kola.Scenarios.Model.Shapes;

/// <summary>What binding one file needs to know, and where it tells its problems.</summary>
internal sealed class BindingContext(string path, string root, ICollection<ScenarioProblem> problems)
{
    private readonly string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;

    /// <summary>Names of the scenario's machines.</summary>
    public IReadOnlyCollection<string> Machines { get; init; } = [];

    public void Report(SourceLocation location, string message) => problems.Add(new(location, message));

    /// <summary>Reads a further file that the scenario names.</summary>
    public byte[]? Read(YamlScalar reference, out string file)
    {
        file = Resolve(reference) ?? "";
        if (file.Length == 0)
            return null;
        try
        {
            if (new FileInfo(file).Length <= YamlText.MaxBytes)
                return File.ReadAllBytes(file);
            Report(reference.Location, $"'{reference.Text}' has more than {YamlText.MaxBytes} bytes");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Report(reference.Location, $"'{reference.Text}' cannot be read: {e.Message}");
        }

        return null;
    }

    /// <summary>The absolute path of a file named relative to the scenario file, or <see langword="null"/> when a problem was reported.</summary>
    public string? Resolve(YamlScalar reference)
    {
        if (reference.IsNull || reference.Text.Length == 0 || Path.IsPathRooted(reference.Text))
        {
            Report(reference.Location, $"{reference.Noun} is not a relative path; expected a file's path from the scenario file's folder");
            return null;
        }

        var file = Path.GetFullPath(Path.Combine(folder, reference.Text));
        if (!file.StartsWith(Path.GetFullPath(root).TrimEnd('/') + '/', StringComparison.Ordinal))
        {
            Report(reference.Location, $"'{reference.Text}' leads out of {root}; put the file beside the scenarios that use it");
            return null;
        }

        if (File.Exists(file))
            return file;
        var beside = Path.GetDirectoryName(file) is { } directory && Directory.Exists(directory)
            ? Directory.EnumerateFiles(directory).Select(name => Path.GetRelativePath(folder, name))
            : [];
        Report(reference.Location, $"file '{reference.Text}' does not exist in {folder}{Spelling.Hint(reference.Text, beside)}");
        return null;
    }
}
