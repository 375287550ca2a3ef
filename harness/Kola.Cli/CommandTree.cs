using System.CommandLine;
using System.CommandLine.Help;
using Kola.Cli.Commands;
using Kola.Cli.Terminal;
using Kola.Machines;

namespace Kola.Cli;

/// <summary>All commands, and the one place where a failure becomes a message and an exit code.</summary>
internal static class CommandTree
{
    /// <summary>In the order of the help.</summary>
    private static readonly (string Name, Func<Command> Create)[] Commands =
    [
        ("init", InitCommand.Create),
        ("new", NewCommand.Create),
        ("run", RunCommand.Create),
        ("gate", GateCommand.Create),
        ("verify", VerifyCommand.Create),
        ("sweep", SweepCommand.Create),
        ("reproduce", ReproduceCommand.Create),
        ("report", ReportCommand.Create),
        ("key", KeyCommand.Create),
        ("payload", PayloadCommand.Create),
        ("list", ListCommand.Create),
        ("lint", LintCommand.Create),
        ("schema", SchemaCommand.Create),
        ("image", ImageCommand.Create),
        ("release", ReleaseCommand.Create),
        ("adapter", AdapterCommand.Create),
        ("spawn", SpawnCommand.Create),
        ("cache", CacheCommand.Create),
        ("doctor", DoctorCommand.Create),
        ("completion", CompletionCommand.Create),
        ("man", ManCommand.Create),
    ];

    public static async Task<int> InvokeAsync(string[] args)
    {
        using var interrupt = new Interrupt();
        var root = Root(Needed(args));
        var result = root.Parse(args);
        if (result.Errors.Count > 0)
            return Fail(ExitCode.Usage, UsageErrors.Describe(result));

        try
        {
            // Signals are Interrupt's: the library's own handling would end the process after two seconds, in mid-teardown.
            return await result.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false }, interrupt.Token);
        }
        catch (OperationCanceledException) when (interrupt.Requested)
        {
            return ExitCode.Interrupted;
        }
        catch (InputException e)
        {
            return Fail(ExitCode.Usage, e.Message);
        }
        catch (HostException e)
        {
            return Fail(ExitCode.NotProven, e.Message);
        }
        catch (GuestException e)
        {
            return Fail(ExitCode.Failed, e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Fail(ExitCode.NotProven, $"{e.Message}; make sure that there is room and that output and state (KOLA_STATE_DIR) can be written");
        }
        catch (Exception e)
        {
            return Fail(ExitCode.NotProven, $"Kola itself failed, please report it: {e}");
        }
    }

    /// <summary>With every command.</summary>
    public static RootCommand Whole() => Root(Needed([]));

    private static RootCommand Root(IEnumerable<Command> commands)
    {
        var root = new RootCommand("Kola boots real OS images, forces updates, rollbacks and power cuts, and records what happened.");
        // Windows' spellings of --help: nobody types them here, and every completion would offer them.
        foreach (var help in root.Options.OfType<HelpOption>())
        {
            help.Aliases.Remove("/?");
            help.Aliases.Remove("/h");
        }

        foreach (var command in commands)
            root.Subcommands.Add(command);
        return root;
    }

    /// <summary>The command that is called, and all of them where none is: every option of every command is code to be compiled (60 of the 75 ms that the whole tree took).</summary>
    private static IEnumerable<Command> Needed(string[] args)
    {
        var called = args is [var first, ..] ? Array.FindAll(Commands, command => command.Name == first) : [];
        return (called is [] ? Commands : called).Select(command => command.Create());
    }

    private static int Fail(int code, params IEnumerable<string> messages)
    {
        try
        {
            foreach (var message in messages)
                Console.Error.WriteLine($"kola: {message}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Nobody can be told; the exit code still tells.
        }

        return code;
    }
}
