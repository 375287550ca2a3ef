using System.Security.Cryptography;
using Kola.Results.Events;
using Kola.Results.Gate;
using Kola.Results.Gate.Records;

namespace Kola.Tests.Results.Gate.Records;

/// <summary>A record of two scenarios about one artifact.</summary>
internal static class Sample
{
    public static readonly byte[] Artifact = "an image"u8.ToArray();

    public static string ArtifactSha256 { get; } = Convert.ToHexStringLower(SHA256.HashData(Artifact));

    public static ECDsa Key { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public static Statement Statement(Outcome second)
    {
        var run = new Recording()
            .Plan(plan => plan with { Host = plan.Host with { QemuSha256 = "digest of QEMU", Firmware = new Dictionary<string, string> { ["OVMF_CODE.fd"] = "digest of the firmware" } } }, "boot.one", "boot.two")
            .Attempt("boot.one", 1, Outcome.Passed).Attempt("boot.two", 1, second).End().Run;
        var request = Recording.Request(["boot.one", "boot.two"], run with { LogSha256 = "digest of the log" });
        return GateRecord.Of(request, Judge.Of(request), [Resource.Of("os.raw", ArtifactSha256)], "digest of the quarantine", "1.0", "https://ci.example/job/7");
    }

    public static byte[] Record(Outcome second) => GateRecord.Sign(Statement(second), Key);
}
