namespace Kola.Machines.Qemu.Networks.Lab;

/// <summary>Something happened to a port's cable.</summary>
/// <param name="Port">Name of the port.</param>
/// <param name="What"><c>connected</c>, <c>disconnected</c>, <c>capture-ended</c>, or <c>failed</c>: no machine can connect any more.</param>
/// <param name="Detail">Why, where it is not the ordinary.</param>
public sealed record LabPortChange(string Port, string What, string? Detail, DateTimeOffset At);
