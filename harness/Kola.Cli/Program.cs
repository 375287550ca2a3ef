using Kola.Cli;

// Answered before anything else is loaded: scripts ask often.
if (args is ["--version"])
{
    Console.WriteLine(KolaVersion.Text);
    return ExitCode.Passed;
}

return await CommandTree.InvokeAsync(args);
