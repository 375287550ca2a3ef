using System.CommandLine;
using Kola.Machines.AdapterPrograms;
using Kola.Yaml;

namespace Kola.Cli.Commands;

/// <summary><c>kola adapter</c>: programs that answer for guests which no adapter of Kola's own knows.</summary>
internal static class AdapterCommand
{
    public static Command Create() => new("adapter", "Check adapter programs: 'adapter: ./my-adapter' in the image catalog.") { Check() };

    private static Command Check()
    {
        var path = new Argument<string>("program") { Description = "The executable file." };
        var command = new Command("check", "Run an adapter program without a machine: ask it what holds for its family, and how it would begin to answer each question.\nexit: 0 it speaks the protocol · 2 it does not, or cannot be run") { path };
        command.SetAction(async (result, cancellation) =>
        {
            var (program, commands) = await AdapterProgramCheck.RunAsync(Path.GetFullPath(result.GetValue(path)!), result.GetValue(path)!, cancellation);
            Console.WriteLine($"{program.Name}: speaks version {AdapterProgram.Protocol} of the protocol\nsha256: {program.Sha256}\nfiles: {string.Join(", ", program.Facts.Artifacts.Select(file => $"{file.Key} {file.Value.Name}"))}\nrefusals: {string.Join(", ", program.Facts.Refusals.Keys)}");
            foreach (var (question, first) in commands)
                Console.WriteLine($"{question.Word()}: {first.ReplaceLineEndings(" ⏎ ")}");
            return ExitCode.Passed;
        });
        return command;
    }
}
