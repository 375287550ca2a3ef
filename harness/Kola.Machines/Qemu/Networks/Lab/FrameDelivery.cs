namespace Kola.Machines.Qemu.Networks.Lab;

/// <summary>What becomes of one frame on one way.</summary>
/// <param name="Dropped">Why it does not arrive; <see langword="null"/> when it does.</param>
/// <param name="Due">When it arrives, by the switch's clock.</param>
internal readonly record struct FrameDelivery(LabTraffic? Dropped, TimeSpan Due, bool Twice, bool Overtaken);
