namespace Kola.Machines;

/// <content>How the writes to its boot disk are recorded.</content>
public sealed partial class Machine
{
    /// <summary>Where all writes and flushes of the boot disk are logged from the next start or <see cref="ResumeAsync"/> on, for <see cref="Sweeps.WriteLog"/>; <see langword="null"/>: nowhere.</summary>
    public string? WriteLog { get; private set; }

    /// <summary>Logs all writes to the boot disk from the next start on.</summary>
    /// <param name="path">The log, which is made or emptied.</param>
    /// <exception cref="HostException">It cannot be made.</exception>
    public void Record(string path)
    {
        try
        {
            File.WriteAllBytes(path, []);
            WriteLog = path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostException($"cannot make the log of writes {path}: {e.Message}; free some space, or set KOLA_STATE_DIR to a folder with room", e);
        }
    }

    /// <summary>Later starts are not logged.</summary>
    public void EndRecording() => WriteLog = null;
}
