using System.Security.Cryptography;
using Kola.Machines.Files;
using Kola.Machines.Host;

namespace Kola.Machines.Ssh;

/// <summary>
/// Files over the one connection there is, by <c>cat</c>, <c>sha256sum</c> and <c>mv</c>: no guest needs an SFTP server, and no second
/// handshake is paid, which takes seconds on an emulated guest. A file appears under its name whole, checked, or not at all.
/// </summary>
internal sealed class FileTransfer(SshSession session)
{
    private const int DigestMismatch = 65;

    /// <summary>Copies a file into the machine. Missing folders are made; an existing file is replaced in one step.</summary>
    /// <exception cref="InputException">The local file cannot be read.</exception>
    /// <exception cref="GuestException">The guest refused or broke it.</exception>
    public async Task UploadAsync(string localPath, string remotePath, int? mode, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var what = $"upload of {localPath} to {remotePath}";
        await using var file = OpenLocal(localPath);
        var digest = await FileDigest.Sha256OfAsync(file, cancellationToken);
        file.Position = 0;

        var path = ShellQuote.Path(remotePath);
        var part = ShellQuote.Path($"{remotePath}.kola-{Guid.NewGuid():N}");
        // mv -T: a directory of that name is an error, not a place to move into.
        var command = $"""
            mkdir -p -- "$(dirname -- {path})" || exit 1
            umask 077
            trap {ShellQuote.Word("rm -f -- " + part)} EXIT
            cat > {part} || exit 1
            set -- $(sha256sum < {part}); [ "$1" = {digest} ] || exit {DigestMismatch}
            chmod {Convert.ToString(mode ?? Convert.ToInt32("644", 8), 8)} {part} && mv -f -T -- {part} {path}
            """;
        var stdout = new BoundedOutput();
        var stderr = new BoundedOutput();
        var ended = await ExecAsync(command, what, file.Length == 0 ? null : file, stdout.Write, stderr, timeout, cancellationToken);
        if (ended.ExitCode == DigestMismatch)
            throw new GuestException($"{session.Name}: {what}: the guest stored other bytes than were sent; look for a full or broken disk");
        if (ended.ExitCode != 0)
            throw new GuestException($"{session.Name}: {what} failed: {stderr.ToString().Trim()} (exit {ended.ExitCode}); check the path and that {session.User} may write there");
        session.Transcript.Note($"{what}: {file.Length} bytes, sha256 {digest}");
    }

    /// <summary>Copies a file out of the machine: as many bytes as it has when the transfer starts, so a growing log is no error.</summary>
    /// <exception cref="GuestException">The guest refused or broke it.</exception>
    /// <exception cref="HostException">The local file cannot be written.</exception>
    public async Task DownloadAsync(string remotePath, string localPath, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var what = $"download of {remotePath} to {localPath}";
        var part = $"{localPath}.kola-{Guid.NewGuid():N}";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(localPath))!);
            var (digest, length) = await ReceiveAsync(remotePath, part, what, timeout, cancellationToken);
            File.Move(part, localPath, overwrite: true);
            session.Transcript.Note($"{what}: {length} bytes, sha256 {digest}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostException($"{what}: cannot write {localPath}: {e.Message}; check the path and the space on its disk", e);
        }
        finally
        {
            if (File.Exists(part))
                File.Delete(part);
        }
    }

    private async Task<(string Digest, long Length)> ReceiveAsync(string remotePath, string part, string what, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var path = ShellQuote.Path(remotePath);
        // The digest comes on stderr, before the bytes.
        var command = $"""
            [ ! -d {path} ] && n=$(wc -c < {path}) || exit 1
            head -c "$n" {path} | sha256sum >&2 && head -c "$n" {path}
            """;
        await using var file = new FileStream(part, FileMode.CreateNew, FileAccess.Write);
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var stderr = new BoundedOutput();
        var ended = await ExecAsync(
            command, what, null,
            bytes =>
            {
                file.Write(bytes);
                sha.AppendData(bytes);
            },
            stderr, timeout, cancellationToken);
        var said = stderr.ToString().Trim();
        if (ended.ExitCode != 0)
            throw new GuestException($"{session.Name}: {what} failed: {(said.Length == 0 ? "it is a directory" : said)} (exit {ended.ExitCode}); check the path and that {session.User} may read it");

        var digest = Convert.ToHexStringLower(sha.GetHashAndReset());
        if (!said.StartsWith(digest, StringComparison.Ordinal))
            throw new GuestException($"{session.Name}: {what}: {file.Length} bytes came with sha256 {digest}, the guest says {said}; the file changed meanwhile, or the guest is broken");
        return (digest, file.Length);
    }

    private async Task<SshExec.Ended> ExecAsync(
        string command, string what, Stream? input, SshExec.OutputSink stdout, BoundedOutput stderr, TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            return await session.ExecAsync(command, what, CommandShell.Known, input, stdout, stderr, timeout, () => "", cancellationToken);
        }
        catch (Exception e) when (e is MachineException or OperationCanceledException)
        {
            session.Transcript.Failed(what, e);
            throw;
        }
    }

    private static FileStream OpenLocal(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"cannot read {path}: {e.Message}; check the path", e);
        }
    }
}
