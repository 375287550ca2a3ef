using System.Text.Json;

namespace Kola.Servers.FleetLock;

/// <summary>Keeps the holders in a file: whoever reads it sees all of one state, whatever happened while it was written.</summary>
internal sealed class LockStore(string file)
{
    /// <returns>None when there is no file yet.</returns>
    /// <exception cref="InvalidDataException">It is not one that was written here.</exception>
    public IReadOnlyList<LockHolder> Read()
    {
        if (!File.Exists(file))
            return [];
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(file), FleetLockJson.Default.LockState)?.Holders
                ?? throw new JsonException("it is empty");
        }
        catch (JsonException e)
        {
            // Beginning without holders would let machines reboot that must not.
            throw new InvalidDataException($"{file} does not hold the state of a FleetLock server: {e.Message}; remove it to begin without holders", e);
        }
    }

    /// <exception cref="IOException">It cannot be written; the file is as it was.</exception>
    public void Write(IReadOnlyList<LockHolder> holders)
    {
        var temporary = $"{file}.tmp";
        using (var written = new FileStream(temporary, FileMode.Create, FileAccess.Write))
        {
            JsonSerializer.Serialize(written, new(holders), FleetLockJson.Default.LockState);
            written.Flush(flushToDisk: true);
        }

        File.Move(temporary, file, overwrite: true);
    }
}
