using System.ComponentModel;
using CliWrap;
using CliWrap.Buffered;

namespace Kola.Machines.Images.Downloads;

/// <summary>Checks a detached OpenPGP signature with gpgv: only the given key counts, whatever the user's keyring holds.</summary>
internal static class DetachedSignature
{
    /// <param name="signature">The signature's bytes, armoured or binary.</param>
    /// <param name="what">How the message names the signed file.</param>
    /// <exception cref="HostException">The signature is not by that key, or gpg is missing.</exception>
    public static async Task VerifyAsync(string signedPath, byte[] signature, string keyPath, string what, CancellationToken cancellation)
    {
        if (!File.Exists(keyPath))
            throw new HostException($"the public key {keyPath} does not exist, so the signature of {what} cannot be checked; put the key there or correct 'key' in the image catalog");
        var scratch = Directory.CreateTempSubdirectory("kola-gpg-").FullName;
        try
        {
            var keyring = Path.Combine(scratch, "keyring.gpg");
            var signaturePath = Path.Combine(scratch, "signature");
            await File.WriteAllBytesAsync(signaturePath, signature, cancellation);
            await BinaryKeyAsync(keyPath, keyring, scratch, cancellation);
            var check = await RunAsync("gpgv", ["--homedir", scratch, "--keyring", keyring, signaturePath, signedPath], cancellation);
            if (!check.IsSuccess)
            {
                throw new HostException(
                    $"the signature of {what} does not hold with the key {keyPath}: {check.StandardError.Trim().ReplaceLineEndings("; ")}; do not use it, and check the key with the publisher");
            }
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    /// <summary>gpgv reads binary keyrings only.</summary>
    private static async Task BinaryKeyAsync(string keyPath, string keyring, string scratch, CancellationToken cancellation)
    {
        var key = await File.ReadAllBytesAsync(keyPath, cancellation);
        if (!key.AsSpan().StartsWith("-----BEGIN PGP"u8))
        {
            await File.WriteAllBytesAsync(keyring, key, cancellation);
            return;
        }
        var dearmor = await RunAsync("gpg", ["--homedir", scratch, "--batch", "--dearmor", "--output", keyring, keyPath], cancellation);
        if (!dearmor.IsSuccess)
            throw new HostException($"{keyPath} is not an OpenPGP public key ({dearmor.StandardError.Trim()}); get the publisher's key again");
    }

    private static async Task<BufferedCommandResult> RunAsync(string tool, string[] arguments, CancellationToken cancellation)
    {
        try
        {
            return await Cli.Wrap(tool).WithArguments(arguments).WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(cancellation);
        }
        catch (Win32Exception failure)
        {
            throw new HostException($"{tool} is not installed, so signatures cannot be checked; install the package {(tool == "gpgv" ? "gpgv" : "gpg")} (Debian, Ubuntu), gnupg2 (Fedora), gnupg (Arch)", failure);
        }
    }
}
