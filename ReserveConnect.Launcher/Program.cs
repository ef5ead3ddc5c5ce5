Console.Error.WriteLine("ReserveConnect.Launcher: nothing to run yet");
return 1;
