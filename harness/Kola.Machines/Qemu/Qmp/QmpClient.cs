using System.Buffers;
using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Kola.Machines.Qemu.Qmp;

/// <summary>QEMU's machine protocol over one connection. Answers are matched to commands by id; events are passed on in order.</summary>
/// <remarks>Protocol: QEMU's docs/interop/qmp-spec.rst.</remarks>
public sealed class QmpClient : IAsyncDisposable
{
    private readonly Stream stream;
    private readonly Func<Task<string>> ending;
    private readonly Action<Exception> failed;
    private readonly ConcurrentDictionary<long, TaskCompletionSource<JsonElement>> pending = [];
    private readonly SemaphoreSlim sending = new(1, 1);
    private readonly TaskCompletionSource greeted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource closing = new();
    private readonly Task reading;
    private volatile string? closed;
    private long lastId;

    private QmpClient(Stream stream, Action<QmpEvent> received, Func<Task<string>> ending, Action<Exception> failed)
    {
        this.stream = stream;
        this.ending = ending;
        this.failed = failed;
        reading = ReadAsync(received);
    }

    /// <summary>Completes when the connection has ended and every event that came by it has been passed on.</summary>
    internal Task Ended => reading;

    /// <summary>Takes the greeting and leaves the negotiation mode.</summary>
    /// <param name="received">Called for each event, in order, one at a time.</param>
    /// <param name="ending">Says how QEMU ended, for the error of commands that get no answer.</param>
    /// <param name="failed">Called with what <paramref name="received"/> threw, or why an event could not be read; the next events are passed on all the same.</param>
    internal static async Task<QmpClient> StartAsync(
        Stream stream, Action<QmpEvent> received, Func<Task<string>> ending, Action<Exception> failed, CancellationToken cancellation)
    {
        var client = new QmpClient(stream, received, ending, failed);
        try
        {
            await client.greeted.Task.WaitAsync(cancellation);
            await client.ExecuteAsync(new QmpCapabilities(), cancellation);
            return client;
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }

    /// <exception cref="QmpException">QEMU refused.</exception>
    /// <exception cref="QmpClosedException">QEMU ended before it answered.</exception>
    public async Task<TReturn> ExecuteAsync<TReturn>(QmpCommand<TReturn> command, CancellationToken cancellation)
    {
        var id = Interlocked.Increment(ref lastId);
        var answer = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        pending[id] = answer;
        try
        {
            await SendAsync(command, id, cancellation);
            var message = await answer.Task.WaitAsync(cancellation);
            return Unpack(command, message);
        }
        finally
        {
            pending.TryRemove(id, out _);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        await stream.DisposeAsync();
        await reading;
        closing.Dispose();
        sending.Dispose();
    }

    private static TReturn Unpack<TReturn>(QmpCommand<TReturn> command, JsonElement message)
    {
        if (message.TryGetProperty("error", out var error))
            throw new QmpException(command.Execute, error.GetProperty("class").GetString() ?? "", error.GetProperty("desc").GetString() ?? "");
        var type = (JsonTypeInfo<TReturn>)(QmpJson.Default.GetTypeInfo(typeof(TReturn))
            ?? throw new InvalidOperationException($"{typeof(TReturn)} is not known to {nameof(QmpJson)}"));
        return message.GetProperty("return").Deserialize(type) ?? throw new QmpException(command.Execute, "NoAnswer", "it answered null");
    }

    private async Task SendAsync<TReturn>(QmpCommand<TReturn> command, long id, CancellationToken cancellation)
    {
        var line = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(line))
        {
            writer.WriteStartObject();
            writer.WriteString("execute", command.Execute);
            writer.WritePropertyName("arguments");
            JsonSerializer.Serialize(writer, command, command.GetType(), QmpJson.Default);
            writer.WriteNumber("id", id);
            writer.WriteEndObject();
        }

        line.Write("\n"u8);
        await sending.WaitAsync(cancellation);
        try
        {
            // The reader fails what is pending when it ends; what comes later must fail here.
            if (closed is { } reason)
                throw new QmpClosedException(reason);
            await stream.WriteAsync(line.WrittenMemory, CancellationToken.None);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            throw new QmpClosedException(await ending());
        }
        finally
        {
            sending.Release();
        }
    }

    private async Task ReadAsync(Action<QmpEvent> received)
    {
        // Lets the constructor end first: the handler may use the object.
        await Task.Yield();
        try
        {
            using var reader = new StreamReader(stream, leaveOpen: true);
            while (await reader.ReadLineAsync(closing.Token) is { } line)
                Dispatch(line, received);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException or JsonException)
        {
            // Ended, from either side; the pending commands are told below.
        }

        closed = await EndingAsync();
        greeted.TrySetException(new QmpClosedException(closed));
        _ = greeted.Task.Exception;
        foreach (var answer in pending.Values)
            answer.TrySetException(new QmpClosedException(closed));
    }

    private async Task<string> EndingAsync()
    {
        try
        {
            return await ending();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Whatever it is: the commands that wait must end.
            return $"the connection to QEMU ended, and QEMU's exit is unknown: {e.Message}";
        }
    }

    private void Dispatch(string line, Action<QmpEvent> received)
    {
        using var document = JsonDocument.Parse(line);
        var message = document.RootElement.Clone();
        if (message.TryGetProperty("QMP", out _))
            greeted.TrySetResult();
        else if (message.TryGetProperty("event", out _))
            Receive(message, received);
        else if (message.TryGetProperty("id", out var id) && id.TryGetInt64(out var number) && pending.TryGetValue(number, out var answer))
            answer.TrySetResult(message);
    }

    /// <summary>An event that cannot be read, or whose handler fails, must not end the connection: commands wait for their answers.</summary>
    private void Receive(JsonElement message, Action<QmpEvent> received)
    {
        try
        {
            received(QmpEvent.Parse(message));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            failed(e);
        }
    }
}
