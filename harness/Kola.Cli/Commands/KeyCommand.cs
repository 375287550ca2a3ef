using System.CommandLine;
using Kola.Cli.Gating;
using Kola.Machines;
using Kola.Results.Gate.Records;

namespace Kola.Cli.Commands;

/// <summary><c>kola key</c>: keys of records.</summary>
internal static class KeyCommand
{
    public static Command Create() => new("key", "Keys that sign and verify records.") { New() };

    private static Command New()
    {
        var name = new Argument<string>("name") { Description = "Path without ending: NAME.key is written, and NAME.pub.", DefaultValueFactory = _ => "kola" };
        var command = new Command("new", $"Make a key pair (ECDSA, P-256). With a password in ${KeySource.PasswordVariable} the private half is encrypted.") { name };
        command.SetAction(result =>
        {
            var (path, password) = (result.GetValue(name)!, Environment.GetEnvironmentVariable(KeySource.PasswordVariable));
            var (secret, shared) = SigningKey.Create(string.IsNullOrEmpty(password) ? null : password);
            Write($"{path}.key", secret, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            Write($"{path}.pub", shared, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
            Console.WriteLine($"{path}.key signs records: keep it secret{(string.IsNullOrEmpty(password) ? "; it is not encrypted" : "")}");
            Console.WriteLine($"{path}.pub verifies them: copy it to where releases are published");
            return ExitCode.Passed;
        });
        return command;
    }

    /// <summary>A key that is there is never written over: records that it signed could not be verified any more.</summary>
    private static void Write(string path, string text, UnixFileMode mode)
    {
        try
        {
            using var file = new StreamWriter(new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = mode }));
            file.Write(text);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException(File.Exists(path) ? $"{path} is there already; give another name" : $"{path} cannot be written: {e.Message}");
        }
    }
}
