# Runs a server as it is told on standard input. Its end, which is also the end of the process that
# holds it, ends the server and removes its directory.
directory=$1
shift
pid=

stop() {
    if [ -n "$pid" ]; then
        kill -CONT "$pid"
        kill -INT "$pid"
        wait "$pid"
        pid=
    fi 2>/dev/null
}

while read -r command; do
    case $command in
    start) "$@" >>"$directory/log" 2>&1 </dev/null & pid=$! ;;
    stop) stop ;;
    pause) kill -STOP "$pid" ;;
    resume) kill -CONT "$pid" ;;
    esac
    echo done
done
stop
rm -rf "$directory"
