using System.Text.Json;
using System.Text.Json.Serialization;

namespace Kola.Machines.Qemu.Serial;

/// <summary>One line of <c>console.times.jsonl</c>: the bytes of <c>console.log</c> from <paramref name="Offset"/> on came at <paramref name="At"/>.</summary>
/// <param name="Mark">What Kola did to the machine at that point: <c>power-on, power-off, …</c>. It stands here and not in the log, which is the guest's.</param>
public sealed record ConsoleTime(long Offset, DateTimeOffset At, string? Mark = null);

/// <summary>Writes <c>console.times.jsonl</c>, one entry for a burst of bytes.</summary>
internal sealed class ConsoleTimes(string path, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Burst = TimeSpan.FromMilliseconds(10);
    private readonly FileStream file = new(path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
    private DateTimeOffset last = DateTimeOffset.MinValue;

    public void Bytes(long offset)
    {
        var now = time.GetUtcNow();
        if (now - last < Burst)
            return;
        last = now;
        Write(new(offset, now));
    }

    public void Mark(long offset, string mark) => Write(new(offset, time.GetUtcNow(), mark));

    public void Dispose() => file.Dispose();

    private void Write(ConsoleTime entry) =>
        file.Write([.. JsonSerializer.SerializeToUtf8Bytes(entry, ConsoleJson.Default.ConsoleTime), (byte)'\n']);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ConsoleTime))]
internal sealed partial class ConsoleJson : JsonSerializerContext;
