namespace Kola.Machines.Qemu;

/// <summary>Text within QEMU's command line.</summary>
internal static class QemuOption
{
    /// <summary>A value within an option list: a comma is written twice (qemu(1)).</summary>
    public static string Value(string text) => text.Replace(",", ",,", StringComparison.Ordinal);
}
