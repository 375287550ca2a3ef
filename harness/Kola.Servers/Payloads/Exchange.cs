namespace Kola.Servers.Payloads;

/// <summary>A request while it is answered. Safe for use by several tasks.</summary>
internal sealed class Exchange(int number, DateTimeOffset at, string method, string path, string? range, IReadOnlyList<(PayloadFault Fault, double Draw)> faults)
{
    private long sent;

    public string Path => path;

    public string Method => method;

    public string? Range => range;

    /// <summary>The faults that act, each with its share of chance: from 0 to below 1.</summary>
    public IReadOnlyList<(PayloadFault Fault, double Draw)> Faults => faults;

    public int Status { get; set; }

    public RequestEnding Ending { get; set; }

    public long Sent => Interlocked.Read(ref sent);

    public void Add(long bytes) => Interlocked.Add(ref sent, bytes);

    public PayloadRequest ToRecord() => new()
    {
        Number = number,
        At = at,
        Method = method,
        Path = path,
        Range = range,
        Status = Status,
        BytesSent = Sent,
        Faults = [.. faults.Select(acting => acting.Fault.Title)],
        Ending = Ending,
    };
}
