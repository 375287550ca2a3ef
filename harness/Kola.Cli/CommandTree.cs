using System.CommandLine;
using Kola.Cli.Commands;
using Kola.Cli.Terminal;
using Kola.Machines;

namespace Kola.Cli;

/// <summary>All commands, and the one place where a failure becomes a message and an exit code.</summary>
internal static class CommandTree
{
    public static async Task<int> InvokeAsync(string[] args)
    {
        using var interrupt = new Interrupt();
        var root = new RootCommand("Kola boots real OS images, forces updates, rollbacks and power cuts, and records what happened.");
        root.Subcommands.Add(RunCommand.Create());
        root.Subcommands.Add(GateCommand.Create());
        root.Subcommands.Add(VerifyCommand.Create());
        root.Subcommands.Add(ReproduceCommand.Create());
        root.Subcommands.Add(ReportCommand.Create());
        root.Subcommands.Add(KeyCommand.Create());
        root.Subcommands.Add(PayloadCommand.Create());
        root.Subcommands.Add(ListCommand.Create());
        root.Subcommands.Add(LintCommand.Create());
        root.Subcommands.Add(SchemaCommand.Create());
        root.Subcommands.Add(ImageCommand.Create());
        root.Subcommands.Add(ReleaseCommand.Create());
        root.Subcommands.Add(SpawnCommand.Create());
        root.Subcommands.Add(CacheCommand.Create());
        root.Subcommands.Add(DoctorCommand.Create());
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
