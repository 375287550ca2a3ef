using CliWrap;
using CliWrap.Buffered;
using Kola.Machines.Files;
using Kola.Machines.Host;

namespace Kola.Machines.Offline;

/// <summary>
/// Whether a slot holds, block for block, the system that its root hash or its digest stands for. With a root hash veritysetup(8) computes what the kernel would check when it reads.
/// </summary>
public static class SlotVerification
{
    /// <summary>Takes the slot out of the disk and verifies all of it: a second or two.</summary>
    /// <returns><see langword="null"/> when it is intact, else what is wrong.</returns>
    /// <exception cref="InputException">The slot is empty or has no hashes.</exception>
    public static async Task<string?> VerifyAsync(OfflineDisk disk, InstalledSlot slot, CancellationToken cancellation)
    {
        if (slot is { RootHash: null, Digest: { } digest })
            return await CompareAsync(disk, slot.Data, digest, cancellation);
        if (slot is not { RootHash: { } root, Hashes: { } hashes })
            throw new InputException($"slot {slot.Name} has nothing to verify it by; ask for slots that hold a release");
        var program = Executables.Require("verifying slots", Package.Cryptsetup, "veritysetup");
        var files = new List<string>();
        try
        {
            files.Add(await disk.TakeAsync(slot.Data.Offset, slot.Data.Length, cancellation));
            files.Add(await disk.TakeAsync(hashes.Offset, hashes.Length, cancellation));
            var result = await Cli.Wrap(program).WithArguments(["verify", .. files, root]).WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(cancellation);
            return result.ExitCode == 0 ? null : Explain(result, files);
        }
        finally
        {
            foreach (var file in files)
                File.Delete(file);
        }
    }

    private static Task<string?> CompareAsync(OfflineDisk disk, Partition data, ContentDigest digest, CancellationToken cancellation) =>
        disk.UseAsync<string?>(data.Offset, Math.Min(digest.Length, data.Length), async file =>
        {
            var found = await FileDigest.Sha256OfAsync(file, cancellation);
            return found == digest.Sha256 ? null : $"its first {digest.Length} bytes have the SHA-256 {found}, and {digest.Sha256} was installed";
        }, cancellation);

    /// <summary>In one line, and without the names of files that are gone by then.</summary>
    private static string Explain(BufferedCommandResult result, IEnumerable<string> files)
    {
        var text = (result.StandardOutput + result.StandardError).Trim().ReplaceLineEndings(" ");
        return files.Aggregate(text, (told, file) => told.Replace(file, "its partition", StringComparison.Ordinal));
    }
}
