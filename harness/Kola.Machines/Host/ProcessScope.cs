using System.Globalization;
using System.Security.Cryptography;
using CliWrap;

namespace Kola.Machines.Host;

/// <summary>
/// Owns child processes and the folders they use. When the scope is disposed, or this process dies of anything (kill -9 included), an
/// out-of-process reaper kills the children and removes the folders.
/// </summary>
/// <remarks>
/// PR_SET_PDEATHSIG would not do: it is tied to the *thread* that started the child, and .NET's pool threads come and go.
/// The reaper is a shell script that waits for the end of a pipe; children register before they become their program, see the scripts.
/// </remarks>
public sealed class ProcessScope : IAsyncDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private readonly TaskCompletionSource closing = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TimeProvider time;
    private readonly Task reaper;
    private int names;

    private ProcessScope(string directory, string diskDirectory, TimeProvider time)
    {
        Directory = directory;
        DiskDirectory = diskDirectory;
        this.time = time;
        reaper = Reaper(directory, [directory, diskDirectory])
            .WithStandardInputPipe(PipeSource.Create(async (_, cancellation) => await closing.Task.WaitAsync(cancellation)))
            .WithStandardOutputPipe(PipeTarget.ToDelegate(_ => ready.TrySetResult()))
            .ExecuteAsync();
    }

    /// <summary>A short path for sockets and small files, readable only by the user. Removed with the scope.</summary>
    public string Directory { get; }

    /// <summary>A folder with room for disk overlays, below the state directory. Removed with the scope.</summary>
    public string DiskDirectory { get; }

    /// <summary>Removes what dead owners left, then opens a scope.</summary>
    /// <param name="stateDirectory">See <see cref="Images.ImageLocations.State"/>.</param>
    /// <exception cref="HostException">A folder cannot be made, or the reaper cannot be started.</exception>
    public static async Task<ProcessScope> StartAsync(string stateDirectory, TimeProvider time, CancellationToken cancellation)
    {
        var run = Path.Combine(stateDirectory, "run");
        await ScopeSweep.SweepAsync([RuntimeRoot(), run], cancellation);
        var id = RandomNumberGenerator.GetHexString(6, lowercase: true);
        ProcessScope scope;
        try
        {
            var disks = Create(run, id);
            var directory = Create(RuntimeRoot(), id, "pids");
            await File.WriteAllTextAsync(Path.Combine(directory, ReaperScript), Script(ReaperScript), cancellation);
            await File.WriteAllTextAsync(Path.Combine(directory, RegisterScript), Script(RegisterScript), cancellation);
            scope = new ProcessScope(directory, disks, time);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostException($"cannot make the folders of running machines: {e.Message}; free some space, or set KOLA_STATE_DIR or XDG_RUNTIME_DIR to folders that can be written", e);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new HostException($"cannot start the reaper: {e.Message}; install setsid (package util-linux)", e);
        }

        await scope.ReadyAsync(cancellation);
        return scope;
    }

    /// <summary>The program as a command that registers itself with the scope before anything else happens, in its own session.</summary>
    /// <param name="log">File that its standard output and error are appended to; <see langword="null"/> leaves them to the caller's pipes.</param>
    public Command Wrap(string program, IEnumerable<string> arguments, string? log = null) =>
        Cli.Wrap("setsid").WithArguments(["sh", Path.Combine(Directory, RegisterScript), Directory, log ?? "-", program, .. arguments])
            .WithValidation(CommandResultValidation.None);

    /// <summary>A name that is short and unique within the scope, such as <c>m3</c>.</summary>
    public string NextName(string prefix) => string.Create(CultureInfo.InvariantCulture, $"{prefix}{Interlocked.Increment(ref names)}");

    /// <summary>Kills what still runs and removes the folders; returns when that is done.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!closing.TrySetResult())
            return;
        try
        {
            await reaper.WaitAsync(TimeSpan.FromSeconds(20), time);
        }
        catch (TimeoutException e)
        {
            throw new HostException($"the reaper of {Directory} did not end within 20 s: a process there cannot be killed; see {Directory}/pids", e);
        }
    }

    internal const string ReaperScript = "reaper.sh";
    internal const string RegisterScript = "register.sh";
    internal const string OwnerFile = "owner";

    internal static Command Reaper(string scope, IEnumerable<string> folders) =>
        Cli.Wrap("setsid").WithArguments(["sh", Path.Combine(scope, ReaperScript), .. folders]).WithValidation(CommandResultValidation.None);

    /// <summary>The text of a file that is built into this assembly.</summary>
    /// <param name="folder">Of this project, in which it lies.</param>
    internal static string Script(string name, string folder = "Host")
    {
        using var stream = typeof(ProcessScope).Assembly.GetManifestResourceStream($"Kola.Machines.{folder}.{name}")
            ?? throw new InvalidOperationException($"resource {name} is missing");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>The folder of all scopes' sockets. A unix socket's path has at most 107 bytes (unix(7)), so a long XDG_RUNTIME_DIR is passed over.</summary>
    private static string RuntimeRoot()
    {
        var user = HostFolder.User;
        var runtime = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR");
        var parent = runtime is { Length: > 0 and <= 60 } && System.IO.Directory.Exists(runtime) ? runtime : "/tmp";
        return Path.Combine(parent, $"kola-{user}");
    }

    /// <summary>Makes a folder that names its owner from the first moment it has its name.</summary>
    private static string Create(string root, string id, params IEnumerable<string> folders)
    {
        System.IO.Directory.CreateDirectory(root, Private);
        // Fails for a folder that another user has put there.
        File.SetUnixFileMode(root, Private);
        var aside = Path.Combine(root, $".{id}");
        System.IO.Directory.CreateDirectory(aside, Private);
        try
        {
            foreach (var folder in folders)
                System.IO.Directory.CreateDirectory(Path.Combine(aside, folder));
            File.WriteAllText(Path.Combine(aside, OwnerFile), ProcessIdentity.Current().ToString());
            var path = Path.Combine(root, id);
            System.IO.Directory.Move(aside, path);
            return path;
        }
        catch
        {
            // Without an owner in it no later sweep would dare to remove it.
            System.IO.Directory.Delete(aside, recursive: true);
            throw;
        }
    }

    private async Task ReadyAsync(CancellationToken cancellation)
    {
        try
        {
            if (await Task.WhenAny(ready.Task, reaper).WaitAsync(TimeSpan.FromSeconds(10), time, cancellation) == reaper)
                throw new HostException("the reaper ended at once; check that sh and setsid work on this host");
        }
        catch
        {
            closing.TrySetResult();
            throw;
        }
    }
}
