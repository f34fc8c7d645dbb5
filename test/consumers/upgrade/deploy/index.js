export { default } from "dash-scale/program";
