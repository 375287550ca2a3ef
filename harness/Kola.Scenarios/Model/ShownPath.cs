namespace Kola.Scenarios.Model;

/// <summary>Paths in messages.</summary>
public static class ShownPath
{
    /// <summary>Relative to where the user is, where it lies below that.</summary>
    public static string Of(string path)
    {
        var relative = Path.GetRelativePath(Environment.CurrentDirectory, path);
        return relative.StartsWith("../", StringComparison.Ordinal) ? path : relative;
    }
}
