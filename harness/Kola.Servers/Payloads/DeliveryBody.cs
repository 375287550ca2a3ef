using Microsoft.AspNetCore.Http;

namespace Kola.Servers.Payloads;

/// <summary>Sends a delivery's bytes, from one that something happens at to the next.</summary>
/// <param name="sent">Told after each piece.</param>
/// <param name="stopping">The server is stopped.</param>
internal sealed class DeliveryBody(Delivery delivery, HttpContext http, Exchange exchange, Action sent, TimeProvider time, CancellationToken stopping)
{
    private const int PieceBytes = 64 * 1024;

    /// <summary>Pieces a second where the speed is bounded, so that it is even.</summary>
    private const int PiecesPerSecond = 10;

    private bool stalled;

    /// <param name="from">First byte.</param>
    /// <param name="end">The byte after the last one.</param>
    public async Task<RequestEnding> SendAsync(long from, long end, CancellationToken cancellation)
    {
        await using var content = delivery.Open();
        content.Position = from;
        var buffer = new byte[PieceBytes];
        for (var position = from; ;)
        {
            if (delivery.ResetAt == position)
            {
                await http.Response.Body.FlushAsync(cancellation);
                http.Abort();
                return RequestEnding.Reset;
            }

            if (delivery.Stall is var (at, length) && at == position && !stalled)
                await StallAsync(length, cancellation);
            if (position == end)
                return delivery.Missing > 0 ? RequestEnding.Incomplete : RequestEnding.Complete;
            var piece = buffer.AsMemory(0, (int)Math.Min(Math.Min(PieceBytes, Pace), Next(position, end) - position));
            await content.ReadExactlyAsync(piece, cancellation);
            Flip(piece.Span, position);
            await http.Response.Body.WriteAsync(piece, cancellation);
            position += piece.Length;
            exchange.Add(piece.Length);
            sent();
            if (delivery.BytesPerSecond is { } speed)
                await Task.Delay(TimeSpan.FromSeconds((double)piece.Length / speed), time, cancellation);
        }
    }

    private long Pace => delivery.BytesPerSecond is { } speed ? Math.Max(1, speed / PiecesPerSecond) : PieceBytes;

    /// <summary>The next position at which something happens.</summary>
    private long Next(long position, long end)
    {
        var next = end;
        if (delivery.ResetAt is { } reset && reset > position)
            next = Math.Min(next, reset);
        if (delivery.Stall is var (stall, _) && stall > position)
            next = Math.Min(next, stall);
        return next;
    }

    private async Task StallAsync(TimeSpan? length, CancellationToken cancellation)
    {
        stalled = true;
        await http.Response.Body.FlushAsync(cancellation);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, stopping);
        await Task.Delay(length ?? Timeout.InfiniteTimeSpan, time, either.Token);
    }

    private void Flip(Span<byte> piece, long position)
    {
        foreach (var (at, mask) in delivery.Flips)
            if (at >= position && at < position + piece.Length)
                piece[(int)(at - position)] ^= mask;
    }
}
