using System.ComponentModel;
using CliWrap;
using CliWrap.Buffered;

namespace Kola.Servers.Payloads;

/// <summary>A valid detached OpenPGP signature by an untrusted key.</summary>
public static class ForeignSignature
{
    /// <summary>Signs with a key that is made for it and thrown away.</summary>
    /// <param name="file">What is signed.</param>
    /// <returns>The binary signature.</returns>
    /// <exception cref="IOException">gpg is missing or fails.</exception>
    public static async Task<byte[]> SignAsync(string file, CancellationToken cancellation)
    {
        var home = Directory.CreateTempSubdirectory("kola-foreign-").FullName;
        try
        {
            await RunAsync("gpg", ["--homedir", home, "--batch", "--quiet", "--passphrase", "", "--quick-generate-key", "Somebody else", "ed25519", "sign", "never"], cancellation);
            var signature = Path.Combine(home, "signature");
            await RunAsync("gpg", ["--homedir", home, "--batch", "--quiet", "--detach-sign", "--output", signature, file], cancellation);
            return await File.ReadAllBytesAsync(signature, cancellation);
        }
        finally
        {
            // The agent that gpg started holds the folder's sockets; it would end by itself only later.
            await RunAsync("gpgconf", ["--homedir", home, "--kill", "gpg-agent"], CancellationToken.None);
            Directory.Delete(home, recursive: true);
        }
    }

    private static async Task RunAsync(string tool, string[] arguments, CancellationToken cancellation)
    {
        try
        {
            var ended = await Cli.Wrap(tool).WithArguments(arguments).WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(cancellation);
            if (!ended.IsSuccess)
                throw new IOException($"{tool} could not make a foreign signature: {ended.StandardError.Trim()}");
        }
        catch (Win32Exception e)
        {
            throw new IOException($"{tool} is not installed, so no foreign signature can be made; install the package gpg (Debian, Ubuntu), gnupg2 (Fedora), gnupg (Arch)", e);
        }
    }
}
