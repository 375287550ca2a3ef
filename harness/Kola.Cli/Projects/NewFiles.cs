using Kola.Machines;

namespace Kola.Cli.Projects;

/// <summary>Files that Kola writes into somebody's project: all of them or none, and never over one that is there.</summary>
internal static class NewFiles
{
    /// <param name="folder">Folder that the names are relative to; made where it is absent.</param>
    /// <exception cref="InputException">One of them is there, or cannot be written. Nothing is changed then.</exception>
    public static void Write(string folder, IReadOnlyList<(string Name, string Text)> files)
    {
        if (files.Select(file => Path.Combine(folder, file.Name)).Where(Path.Exists).ToList() is { Count: > 0 } there)
            throw new InputException($"{string.Join(", ", there)} {(there.Count == 1 ? "is" : "are")} there already, and nothing was written; move {(there.Count == 1 ? "it" : "them")} away, or name another folder");
        List<string> written = [];
        try
        {
            foreach (var (name, text) in files)
            {
                var path = Path.Combine(folder, name);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                // Another program may have made it meanwhile.
                using var file = new StreamWriter(new FileStream(path, FileMode.CreateNew, FileAccess.Write));
                written.Add(path);
                file.Write(text);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            foreach (var path in written)
                File.Delete(path);
            throw new InputException($"nothing was written: {e.Message}", e);
        }
    }
}
