using System.Text;

namespace Kola.Machines.Qemu;

/// <summary>The end of a log file, for messages.</summary>
internal static class LogTail
{
    private const int Bytes = 4096;

    /// <param name="from">Offset in bytes; what stands before belongs to an earlier start.</param>
    public static string Read(string path, long from = 0, int lines = 8)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            file.Position = Math.Min(file.Length, Math.Max(from, file.Length - Bytes));
            using var reader = new StreamReader(file, Encoding.UTF8);
            var text = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            return text.Length == 0 ? "it printed nothing" : string.Join(" | ", text.TakeLast(lines));
        }
        catch (IOException)
        {
            return "it printed nothing";
        }
    }
}
