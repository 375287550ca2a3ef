using System.Security.Cryptography;
using System.Text;

namespace Kola.Tests.Machines.Images;

/// <summary>A small whole release, as a recipe's build writes it.</summary>
internal static class ReleaseFolder
{
    public static string Write(string folder, string version, bool artifacts = true)
    {
        var disk = Encoding.UTF8.GetBytes(version.PadRight(1024));
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, "disk.raw"), disk);
        File.WriteAllText(Path.Combine(folder, $"kola_{version}.efi"), "uki\n");
        File.WriteAllText(Path.Combine(folder, "release.json"), $$"""
            {"schema": 1, "image": "kola-os", "version": "{{version}}", "architecture": "x86_64", "firmware": "uefi",
             "disk": {"file": "disk.raw", "format": "raw", "sha256": "{{Sha256(disk)}}", "virtualSize": 1024},
             "artifacts": [{{(artifacts ? $$"""{"file": "kola_{{version}}.efi", "kind": "uki", "size": 4, "sha256": "{{Sha256("uki\n"u8)}}"}""" : "")}}],
             "builtFrom": {"debian": "trixie"}, "roothash": "00"}
            """);
        return folder;
    }

    public static string Sha256(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
