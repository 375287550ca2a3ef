using System.Text.Json;
using Kola.Machines.Files;

namespace Kola.Scenarios.Scheduling;

/// <param name="Seconds">From admission to the end of an attempt that passed.</param>
/// <param name="At">When it ended.</param>
internal sealed record RecordedDuration(double Seconds, DateTimeOffset At);

/// <summary>How long scenarios took on this host, so that the longest can start first. It may be deleted at any time.</summary>
/// <param name="file">In the state folder.</param>
internal sealed class RecordedDurations(string file, TimeProvider time)
{
    /// <summary>Beyond this the oldest are forgotten: scenarios are renamed, matrices change.</summary>
    private const int Kept = 1000;

    /// <summary>For the lock, which is held for as long as it takes to write a small file.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>The last durations by <see cref="Key"/>.</summary>
    /// <param name="complaint">Why there are none although there is a file.</param>
    public IReadOnlyDictionary<string, double> Read(out string? complaint) =>
        Load(out complaint).ToDictionary(entry => entry.Key, entry => entry.Value.Seconds);

    /// <summary>Takes note of an attempt that passed. Throws nothing: what cannot be written, or not soon, is not kept.</summary>
    public async Task RecordAsync(string key, double seconds, CancellationToken cancellation)
    {
        try
        {
            using var late = new CancellationTokenSource(Patience, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
            using var alone = await FileLock.AcquireAsync($"{file}.lock", () => { }, time, either.Token);
            var all = Load(out _);
            all[key] = new(seconds, time.GetUtcNow());
            var kept = all.OrderByDescending(entry => entry.Value.At).Take(Kept).OrderBy(entry => entry.Key, StringComparer.Ordinal).ToDictionary();
            AtomicFile.Write(file, JsonSerializer.SerializeToUtf8Bytes(kept, SchedulingJson.Default.DictionaryStringRecordedDuration));
        }
        catch (Exception)
        {
            // A duration that is not kept costs time, not correctness.
        }
    }

    /// <param name="path"><c>cold</c>, <c>clone</c> or <c>fork</c>.</param>
    public static string Key(string scenario, string accelerator, string path) => $"{scenario} {accelerator} {path}";

    private Dictionary<string, RecordedDuration> Load(out string? complaint)
    {
        complaint = null;
        try
        {
            var all = JsonSerializer.Deserialize(File.ReadAllBytes(file), SchedulingJson.Default.DictionaryStringRecordedDuration) ?? throw new JsonException("null");
            return all.Values.All(entry => entry is not null && double.IsFinite(entry.Seconds) && entry.Seconds >= 0) ? all : throw new JsonException("an entry has no duration");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            complaint = $"the durations recorded in {file} are not used: {e.Message}; they will be recorded again";
            return [];
        }
    }
}
