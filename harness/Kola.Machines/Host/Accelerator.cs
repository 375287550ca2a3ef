namespace Kola.Machines.Host;

public enum AcceleratorKind { Kvm, Tcg }

/// <summary>How QEMU runs the guest's code, and why so.</summary>
public sealed record Accelerator(AcceleratorKind Kind, string Reason)
{
    /// <summary>Bounds are written for KVM; emulation is about ten times slower.</summary>
    public double TimeScale => Kind is AcceleratorKind.Kvm ? 1 : 10;

    /// <summary>Whether guests take a processor's time for what hardware would do.</summary>
    public bool IsEmulated => Kind is AcceleratorKind.Tcg;

    /// <summary>As QEMU and people write it.</summary>
    public string Name => Kind is AcceleratorKind.Kvm ? "kvm" : "tcg";

    /// <summary>A bound written for KVM, as it holds here.</summary>
    public TimeSpan Scale(TimeSpan bound) => bound * TimeScale;
}
