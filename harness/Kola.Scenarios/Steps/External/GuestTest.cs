using System.Globalization;
using Kola.Machines;
using Kola.Machines.Host;
using Kola.Machines.Ssh;
using Kola.Scenarios.Live;

namespace Kola.Scenarios.Steps.External;

/// <summary>One execution of an external test in a guest: upload, start, and as many reboots as it asks for, each with its mark.</summary>
internal sealed class GuestTest(MachineStepContext context, TestUnit unit)
{
    /// <summary>Lines of the test's own that a failure shows.</summary>
    private const int TailLines = 40;

    /// <summary>Between two looks at the unit, for KVM: each is work for an emulated guest, which has better things to do.</summary>
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(300), LongestInterval = TimeSpan.FromSeconds(2);

    private readonly LiveMachine live = context.Live;
    private readonly long begun = context.Time.GetTimestamp();
    private string seen = "it was not started";

    private TimeSpan Left => context.Bound - context.Time.GetElapsedTime(begun);

    /// <summary>Returns how it went, for people.</summary>
    /// <exception cref="StepFailedException">The test failed.</exception>
    /// <exception cref="StepTooLateException">It did not end in time.</exception>
    public async Task<string?> RunAsync(CancellationToken cancellation)
    {
        if (unit.MayReboot && live.Boots.Count == 0)
            throw new InputException($"{live.Name} is not waited for (ready: false), so a reboot that {unit.Test} asks for could not be detected; let it be waited for");
        var folder = await InstallAsync(cancellation);
        List<string> marks = [];
        while (true)
        {
            await StartAsync(folder, marks.LastOrDefault(), cancellation);
            var state = await WatchAsync(cancellation);
            var lines = await KeepLinesAsync(state, marks, cancellation);
            if (state.Request is { } request)
            {
                await live.RestartAsAskedAsync(request.UserSpace, AllowAsync, cancellation);
                marks.Add(request.Mark);
            }
            else if (state.Passed)
            {
                await RemoveAsync(cancellation);
                return marks is [] ? null : $"over {marks.Count} reboot{(marks.Count == 1 ? "" : "s")}: {string.Join(", ", marks.Select(mark => $"'{mark}'"))}";
            }
            else
            {
                throw new StepFailedException($"{unit.Test} on {live.Name}: {state}{After(marks)}{Tail(lines)}");
            }
        }
    }

    private static string After(List<string> marks) => marks is [] ? "" : $", after the reboot with the mark '{marks[^1]}'";

    private static string Tail(string lines)
    {
        var all = lines.TrimEnd().Split('\n');
        return lines.Trim().Length == 0 ? "\nit printed nothing" : $"\nits last lines:\n{string.Join('\n', all.TakeLast(TailLines))}";
    }

    /// <summary>Uploads executable and data. Returns the folder of the executable.</summary>
    private async Task<string> InstallAsync(CancellationToken cancellation)
    {
        var (program, data) = ($"{unit.Root}/var/tmp/{unit.Program}.new", $"{unit.Root}/var/tmp/{unit.Program}.tar");
        await UploadAsync(unit.Executable, program, cancellation);
        if (unit.LocalData is { } local)
            await UploadMadeAsync(archive => GuestFiles.PackAsync(archive, local, cancellation), data, cancellation);
        // A folder that is there may be read-only: only a file in it tells.
        var said = await RootAsync("where the executable goes", $$"""
            set -eu
            chosen=
            for folder in {{string.Join(' ', unit.Folders)}}; do
                if mkdir -p "$folder" 2>/dev/null && touch "$folder/{{unit.Program}}" 2>/dev/null; then chosen=$folder; break; fi
            done
            if [ -z "$chosen" ]; then echo "no folder for programs is writable: {{string.Join(", ", unit.Folders)}}" >&2; exit 1; fi
            cat {{ShellQuote.Word(program)}} > "$chosen/{{unit.Program}}"
            chmod 755 "$chosen/{{unit.Program}}"
            rm -rf {{ShellQuote.Word(program)}} {{unit.Data}}
            mkdir -p {{unit.Data}}
            if [ -e {{ShellQuote.Word(data)}} ]; then tar -x -f {{ShellQuote.Word(data)}} -C {{unit.Data}}; rm -f {{ShellQuote.Word(data)}}; fi
            echo "$chosen"
            """, cancellation);
        return said.Trim();
    }

    /// <summary>Writes unit and reboot programs, which a boot takes away, and starts the test.</summary>
    private async Task StartAsync(string folder, string? mark, CancellationToken cancellation)
    {
        var archive = $"{unit.Root}/var/tmp/{unit.Program}.tar";
        var files = new Dictionary<string, string>(RebootScripts.Of(unit)) { [unit.File] = unit.Text(folder) };
        if (mark is not null)
            files[unit.Environment] = TestUnit.Mark(mark);
        await UploadMadeAsync(made => GuestFiles.WriteAsync(made, files, cancellation), archive, cancellation);
        await RootAsync("the start of the test", $"""
            set -eu
            rm -rf {unit.Requests}
            mkdir -p -m 700 {unit.Requests}
            tar -x -f {ShellQuote.Word(archive)} -C /
            rm -f {ShellQuote.Word(archive)}
            systemctl daemon-reload
            systemctl start {unit.Name} || echo "how it failed is asked next" >&2
            """, cancellation);
    }

    /// <summary>Looks until the test has ended or asks for a reboot. A connection that is lost says nothing: the machine itself tells of a reboot that nobody asked for.</summary>
    private async Task<TestState> WatchAsync(CancellationToken cancellation)
    {
        var interval = LookInterval * context.TimeScale;
        while (true)
        {
            try
            {
                var state = TestState.Parse(await RootAsync("how the test is", TestState.Command(unit), cancellation));
                seen = state.ToString();
                if (state.Request is not null || !state.Runs)
                    return state;
            }
            catch (Exception e) when (e is SshConnectionLostException or StepFailedException)
            {
                // A guest that goes down answers less and less.
                seen = e.Message;
            }

            if (Left <= TimeSpan.Zero)
                throw await TooLateAsync(cancellation);
            await Task.Delay(interval < LongestInterval ? interval : LongestInterval, context.Time, cancellation);
        }
    }

    private async Task<StepTooLateException> TooLateAsync(CancellationToken cancellation)
    {
        var lines = await LinesAsync($"-u {unit.Name} --boot", cancellation);
        return new($"{unit.Test} on {live.Name} did not end within {context.Bound.TotalSeconds.ToString("0", CultureInfo.InvariantCulture)} s (timeoutMin): {seen}{Tail(lines)}", context.Bound);
    }

    /// <summary>Tells the program that asked that its mark is kept. The guest may be down before it can say that it heard.</summary>
    private async Task AllowAsync(CancellationToken cancellation)
    {
        try
        {
            await RootAsync("the reboot to be allowed", $"rm -f {unit.Requests}/request && echo go > {unit.Requests}/answer", cancellation);
        }
        catch (SshConnectionLostException)
        {
            // Whether it went down, its ids tell.
        }
    }

    /// <summary>Adds what the test printed since it was started to a file of the attempt, before a reboot may take it away.</summary>
    private async Task<string> KeepLinesAsync(TestState state, List<string> marks, CancellationToken cancellation)
    {
        var lines = await LinesAsync($"INVOCATION_ID={state.Invocation} + _SYSTEMD_INVOCATION_ID={state.Invocation}", cancellation);
        var file = Path.Combine(context.Folder, live.Name, $"{unit.Test}.txt");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.AppendAllTextAsync(file, $"{(marks is [] ? "" : $"-- after the reboot with the mark '{marks[^1]}'\n")}{lines}-- {state}\n", cancellation);
        return lines;
    }

    private async Task<string> LinesAsync(string which, CancellationToken cancellation)
    {
        try
        {
            return await RootAsync("what the test printed", $"journalctl --sync; journalctl --no-pager --quiet --output=cat {which}", cancellation);
        }
        catch (GuestException e) when (!cancellation.IsCancellationRequested)
        {
            // How the test ended does not depend on it.
            return $"(its lines could not be read: {e.Message})\n";
        }
    }

    /// <summary>What stays would be in the way of the next test that shares the machine.</summary>
    private Task<string> RemoveAsync(CancellationToken cancellation) =>
        RootAsync("the removal of the test", $"systemctl stop {unit.Name} && rm -rf {unit.File} {unit.Environment} {unit.Data} && systemctl daemon-reload", cancellation);

    private async Task UploadMadeAsync(Func<string, Task> make, string to, CancellationToken cancellation)
    {
        var made = Path.Combine(context.Folder, $".upload-{Guid.NewGuid():N}");
        try
        {
            await make(made);
            await UploadAsync(made, to, cancellation);
        }
        finally
        {
            File.Delete(made);
        }
    }

    private Task UploadAsync(string from, string to, CancellationToken cancellation) =>
        live.Machine.GuardAsync($"the upload of {Path.GetFileName(from)}", context.GuardBound, token => live.Ssh.UploadAsync(from, to, null, Patience, token), cancellation);

    /// <summary>For one command: it must be able to end although the test's time has.</summary>
    private TimeSpan Patience => Left > TimeSpan.FromSeconds(30) * context.TimeScale ? Left : TimeSpan.FromSeconds(30) * context.TimeScale;

    /// <summary>Runs a script as root, which must succeed. Returns what it printed.</summary>
    private Task<string> RootAsync(string what, string script, CancellationToken cancellation) => live.Machine.GuardAsync(
        what, Patience + TimeSpan.FromSeconds(5),
        async token =>
        {
            var result = await live.Ssh.QueryAsync(live.Ssh.AsRoot(script), Patience, token);
            return result.Succeeded ? result.Stdout : throw new StepFailedException($"{unit.Test} on {live.Name}: {what}: exit code {result.ExitCode}: {result.Stderr.Trim()}{result.Stdout.Trim()}");
        },
        cancellation);
}
