using Kola.Machines;

namespace Kola.Cli;

/// <summary>A file that is named on the command line.</summary>
internal static class GivenFile
{
    /// <exception cref="InputException">It cannot be read.</exception>
    public static async Task<T> ReadAsync<T>(string file, Func<string, Task<T>> read)
    {
        try
        {
            return await read(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{file} cannot be read: {e.Message}");
        }
    }
}
